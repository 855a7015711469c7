package main

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"esaudit/collector/recording"
	"esaudit/fix"
	"esaudit/internal/emulator"
	"esaudit/lang"
)

// writable is the command of scripts
//
//	writable DIR [FAULTS]
//
// which serves an estate that takes writes until the script ends, and sets $URL,
// the key, and in $READER and $READER_SECRET one that may only read.
func writable(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: writable DIR [FAULTS]")
	}
	r, err := recording.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	faults, err := emulator.ParseFaults(strings.Join(args[1:], ","))
	ts.Check(err)
	reader := emulator.Key{ID: "LTAI5tReadsOnly", Secret: "reads-only", ReadOnly: true}
	e, err := emulator.New(r.Parts, emulator.Options{Faults: faults, Writable: true, Keys: []emulator.Key{emulator.TestKey(), reader}})
	ts.Check(err)
	server := httptest.NewServer(e)
	ts.Defer(server.Close)
	ts.Setenv("URL", server.URL)
	ts.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", e.Key().ID)
	ts.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", e.Key().Secret)
	ts.Setenv("READER", reader.ID)
	ts.Setenv("READER_SECRET", reader.Secret)
}

// Where a run stopped, and how the account differs from what was promised, is told
// in the language that was asked for; in English as the error has it.
func TestFixEndingSpeaks(t *testing.T) {
	chinese, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	stopped := &fix.StoppedError{Err: errors.New("everything was done, and it is not as promised"), Differences: []string{
		"not promised: the whole IPv4 internet to es:es-cn-1 port 9200 by es-public",
		"promised, and not so: 192.0.2.0/28, 198.51.100.0/24, 203.0.113.1/32, 203.0.113.3/32, and 2 more networks to es:es-cn-1 port 9200 by es-private through eni-1",
	}}
	want := "fix apply: 全部操作已执行，但账号与承诺不一致; 未承诺：整个 IPv4 公网 可访问 es:es-cn-1 端口 9200，入口 es-public; " +
		"已承诺但未实现：192.0.2.0/28, 198.51.100.0/24, 203.0.113.1/32, 203.0.113.3/32，另有 2 个网段 到 es:es-cn-1 端口 9200，入口 es-private，途经 eni-1"
	got := fixEnding(chinese, "apply", "", stopped)
	if got.Error() != want {
		t.Errorf("%s\nnot\n%s", got, want)
	}
	if codeOf(got) != found || !errors.Is(got, stopped) {
		t.Errorf("ends with %d", codeOf(got))
	}
	if got, want := fixEnding(nil, "apply", "", stopped).Error(), "fix apply: "+stopped.Error(); got != want {
		t.Errorf("%s\nnot\n%s", got, want)
	}
}

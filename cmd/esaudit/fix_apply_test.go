package main

import (
	"net/http/httptest"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"esaudit/collector/recording"
	"esaudit/internal/emulator"
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

package policies

import (
	"bytes"
	"encoding/binary"
	"flag"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"testing"
	"testing/fstest"

	"esaudit/lang"

	"github.com/klauspost/compress/s2"
)

// What is kept of the built-in rules is what would be made of them now.
func TestKeptIsFresh(t *testing.T) {
	for _, language := range lang.Languages() {
		name := map[string]string{lang.English: "kept.s2", lang.Chinese: "kept.zh.s2"}[language]
		t.Run(language, func(t *testing.T) { isFresh(t, language, name) })
	}
}

func isFresh(t *testing.T, language, name string) {
	rules, modules, err := all(nil)
	if err != nil {
		t.Fatal(err)
	}
	if rules, modules, err = translate(rules, modules, language); err != nil {
		t.Fatal(err)
	}
	sources, err := builtinDigest(language)
	if err != nil {
		t.Fatal(err)
	}
	head, plan, err := keep(t.Context(), sources, rules, modules)
	if err != nil {
		t.Fatal(err)
	}
	packed := slices.Concat(pack(head), pack(plan))
	want, err := unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want.rules(), rules) {
		t.Error("rules are others when they are kept")
	}
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got, err := unpack(file)
	if err == nil && got.Sources == want.Sources && reflect.DeepEqual(got.Rules, want.Rules) {
		var kept []byte
		if kept, err = got.plan(); err == nil && bytes.Equal(kept, plan) {
			return
		}
	}
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(name, packed, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s is not of these rules (%v); make update writes it", name, err)
}

func pack(text []byte) []byte {
	packed := s2.EncodeBest(nil, text)
	return append(binary.AppendUvarint(nil, uint64(len(packed))), packed...)
}

// A file that is cut off or spoiled is no file of kept rules.
func TestKeptOfOthers(t *testing.T) {
	k, err := unpack(fileEnglish)
	if err != nil {
		t.Fatal(err)
	}
	head := len(fileEnglish) - len(k.packed)
	for _, size := range []int{0, 1, 2, head / 2, head - 1} {
		if _, err := unpack(fileEnglish[:size]); err == nil {
			t.Errorf("%d of %d bytes are read", size, head)
		}
	}
	if _, err := unpack(bytes.Repeat([]byte{0xff}, 11)); err == nil {
		t.Error("a length that overflows is read")
	}
	for _, size := range []int{head, head + 1, len(fileEnglish) - 1} {
		k, err := unpack(fileEnglish[:size])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.plan(); err == nil {
			t.Errorf("a plan is read of %d of %d bytes", size, len(fileEnglish))
		}
	}
}

// Which rules read the instant is told of the kept rules as of those that are
// parsed.
func TestOfInstantOfKeptRules(t *testing.T) {
	for _, sel := range []Selection{{}, {Optional: true}, {Only: []string{"ES-NET-001"}}, {Only: []string{"ES-NET-001", "ES-PVL-001"}}} {
		got, err := sel.OfInstant()
		if err != nil {
			t.Fatal(err)
		}
		sel.User = []fs.FS{fstest.MapFS{}} // a directory without rules: all are parsed
		want, err := sel.OfInstant()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", sel, got, want)
		}
		if reads := len(sel.Only) != 1; (len(got) > 0) != reads {
			t.Errorf("%v: %v read the instant", sel.Only, got)
		}
	}
}

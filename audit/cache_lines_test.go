package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"esaudit/audit"
	"esaudit/snapshot"
)

// Rules of one's own may say the lines of hops: an attribute that nobody asks for,
// and that stands elsewhere in its object than another one did, moves them though no
// object begins on another line.
func TestCacheKnowsTheLinesThatOwnRulesSay(t *testing.T) {
	s, _ := someEstate(t, 1)
	saying := func(name string) *snapshot.Snapshot {
		var edits []snapshot.Edit
		for _, kind := range snapshot.Kinds() {
			for _, o := range s.Accounts()[0].Objects(kind) {
				fields, attributes := o.Node.Clone(nil).Fields(), o.Attr().Clone(nil).Fields()
				if len(attributes) == 0 || kind == snapshot.Region {
					continue
				}
				attributes[name] = snapshot.NewString("nobody reads this")
				fields["attributes"] = snapshot.NewObject(attributes)
				edits = append(edits, snapshot.Edit{Object: o, Node: snapshot.NewObject(fields)})
			}
		}
		return atInstant(t, s.Edited(edits...), 0)
	}
	own := fstest.MapFS{"a.rego": &fstest.MapFile{Data: fmt.Appendf(nil, ownRule, "low")}}
	for name, o := range map[string]audit.Options{"own rules": {All: true, OwnRules: []fs.FS{own}}, "none": {All: true}} {
		c := openCache(t, t.TempDir(), "secret")
		before, want := reported(t, saying("zzz"), o), reported(t, saying("AAA"), o)
		if bytes.Equal(before, want) {
			t.Fatal("no line moved")
		}
		o.Cache = c.Cache
		reported(t, saying("zzz"), o)
		if got := reported(t, saying("AAA"), o); !bytes.Equal(got, want) || len(c.notes) > 0 {
			t.Errorf("%s: %d of %d parts are known: %s; notes %q", name, c.known, c.parts, firstDifference(got, want), c.notes)
		}
	}
}

// Lines move inside an object too when a document is written another way, and says the
// same, and each object begins where it did.
func TestCacheKnowsTheLinesOfDocumentsWrittenAnotherWay(t *testing.T) {
	s, _ := someEstate(t, 1)
	var b bytes.Buffer
	if err := json.Indent(&b, s.Root().AppendJSON(nil), "", "  "); err != nil {
		t.Fatal(err)
	}
	read := func(text []byte) *snapshot.Snapshot {
		s, err := snapshot.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one, moved := read(b.Bytes()), b.Bytes()
	type span struct{ from, to int }
	var spans []span
	for _, kind := range snapshot.Kinds() {
		for _, o := range one.Accounts()[0].Objects(kind) {
			from, to := o.Node.Span()
			spans = append(spans, span{from, to})
		}
	}
	slices.SortFunc(spans, func(x, y span) int { return y.from - x.from })
	for _, x := range spans {
		text := string(moved[x.from:x.to])
		if last := strings.LastIndexByte(text, '\n'); last > 0 { // one line more at its begin, one less at its end
			text = strings.Replace(text[:last]+" "+text[last+1:], "\n", "\n\n", 1)
		}
		moved = slices.Concat(moved[:x.from], []byte(text), moved[x.to:])
	}
	own := fstest.MapFS{"a.rego": &fstest.MapFile{Data: fmt.Appendf(nil, ownRule, "low")}}
	for name, o := range map[string]audit.Options{"own rules": {All: true, OwnRules: []fs.FS{own}}, "none": {All: true}} {
		c := openCache(t, t.TempDir(), "secret")
		before, want := reported(t, read(b.Bytes()), o), reported(t, read(moved), o)
		if bytes.Equal(before, want) {
			t.Fatal("no line moved")
		}
		o.Cache = c.Cache
		reported(t, read(b.Bytes()), o)
		if got := reported(t, read(moved), o); !bytes.Equal(got, want) || len(c.notes) > 0 {
			t.Errorf("%s: %d of %d parts are known: %s; notes %q", name, c.known, c.parts, firstDifference(got, want), c.notes)
		}
	}
}

package collector_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"

	"pgregory.net/rapid"
)

const estates = "../testdata/estates"

// estateNames are recordings that differ in forms, pages, accounts and failures.
func estateNames() []string {
	return []string{"half-blind", "paged", "two-accounts", "p2-kibana-link", "p5-published", "e1-narrow-acl"}
}

func opened(t testing.TB, name string) []recording.Part {
	t.Helper()
	r, err := recording.Open(filepath.Join(estates, name))
	if err != nil {
		t.Fatal(err)
	}
	return r.Parts
}

func bytesOf(t rapid.TB, parts []recording.Part) []byte {
	t.Helper()
	s, err := collector.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	return s.Canonical()
}

// law checks that a change of the recording changes no byte of the snapshot.
func law(t *testing.T, change func(*rapid.T, []recording.Part) []recording.Part) {
	t.Helper()
	recorded, want := map[string][]recording.Part{}, map[string][]byte{}
	for _, name := range estateNames() {
		recorded[name] = opened(t, name)
		want[name] = bytesOf(t, recorded[name])
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(estateNames()).Draw(t, "estate")
		parts := slices.Clone(recorded[name])
		for i := range parts {
			parts[i].Answers = slices.Clone(parts[i].Answers)
		}
		got := bytesOf(t, change(t, parts))
		if !bytes.Equal(got, want[name]) {
			t.Fatalf("%s: %s", name, firstDifference(want[name], got))
		}
	})
}

func firstDifference(want, got []byte) string {
	a, b := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return strings.Join(append(a[max(0, i-6):i], "want "+a[i], "got  "+b[i]), "\n")
		}
	}
	return "one is the beginning of the other"
}

func TestOrderOfAnswersMeansNothing(t *testing.T) {
	law(t, func(t *rapid.T, parts []recording.Part) []recording.Part {
		for i := range parts {
			parts[i].Answers = rapid.Permutation(parts[i].Answers).Draw(t, "order")
		}
		return rapid.Permutation(parts).Draw(t, "parts")
	})
}

func TestAnswersTwiceAreOnce(t *testing.T) {
	law(t, func(t *rapid.T, parts []recording.Part) []recording.Part {
		for i := range parts {
			again := rapid.SliceOfN(rapid.SampledFrom(parts[i].Answers), 0, 15).Draw(t, "again")
			parts[i].Answers = append(parts[i].Answers, again...)
		}
		return append(parts, rapid.SliceOfN(rapid.SampledFrom(parts), 0, 1).Draw(t, "parts again")...)
	})
}

func TestPartsOfAnAccountAreOne(t *testing.T) {
	law(t, func(t *rapid.T, parts []recording.Part) []recording.Part {
		var out []recording.Part
		for _, p := range parts {
			at := rapid.IntRange(0, len(p.Answers)).Draw(t, "cut")
			one, two := p, p
			one.Answers, two.Answers = p.Answers[:at], p.Answers[at:]
			two.TakenAt = p.TakenAt.Add(1e9)
			out = append(out, two, one)
		}
		return out
	})
}

// Pages are one list: any of the lists, cut anywhere, gives the same snapshot,
// as long as the vendor's word of what follows is kept.
func TestPagesAreOneList(t *testing.T) {
	lists := map[string]string{}
	for _, op := range collector.Catalogue() {
		name := op.Product + "." + op.Operation
		if op.Payload.Type == collector.Objects {
			lists[name] = op.Payload.Path
		}
		for _, p := range op.Parts {
			if p.Type == collector.Objects && lists[name] == "" {
				lists[name] = p.Path
			}
		}
	}
	law(t, func(t *rapid.T, parts []recording.Part) []recording.Part {
		for i := range parts {
			var out []api.Answer
			for _, a := range parts[i].Answers {
				if path := lists[a.Product+"."+a.Operation]; path != "" && a.Status == 200 && rapid.IntRange(0, 3).Draw(t, "cut") == 0 {
					out = append(out, paged(t, a, path)...)
				} else {
					out = append(out, a)
				}
			}
			parts[i].Answers = out
		}
		return parts
	})
}

// paged cuts the list of an answer in two. The first page leads to the second.
func paged(t *rapid.T, a api.Answer, path string) []api.Answer {
	items := listAt(t, a.Body, path, nil)
	at := rapid.IntRange(0, len(items)).Draw(t, "at")
	first, second := a, a
	var body map[string]any
	listAt(t, a.Body, path, func(b map[string]any, holder map[string]any, key string) {
		body = b
		holder[key] = items[:at]
		if _, marked := b["IsTruncated"]; marked {
			b["IsTruncated"], b["Marker"] = true, "m"
		} else {
			b["NextToken"] = "t"
		}
	})
	first.Body = must(t, body)
	listAt(t, a.Body, path, func(b map[string]any, holder map[string]any, key string) {
		body = b
		holder[key] = items[at:]
	})
	second.Body = must(t, body)
	return []api.Answer{second, first}
}

func must(t rapid.TB, v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// listAt decodes a body and finds its list.
func listAt(t rapid.TB, data []byte, path string, change func(body, holder map[string]any, key string)) []any {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var body map[string]any
	if err := dec.Decode(&body); err != nil {
		t.Fatal(err)
	}
	names := strings.Split(path, ".")
	holder := body
	for _, name := range names[:len(names)-1] {
		holder = holder[name].(map[string]any)
	}
	key := names[len(names)-1]
	items := holder[key].([]any)
	if change != nil {
		change(body, holder, key)
	}
	return items
}

// The canonical bytes are read as what they were written from, and every value
// is where its line and span say.
func TestCanonicalBytes(t *testing.T) {
	for _, name := range append(estateNames(), "demo") {
		s, err := collector.Assemble(opened(t, name))
		if err != nil {
			t.Fatal(err)
		}
		canonical := s.Canonical()
		again, err := snapshot.Parse(canonical)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again.Canonical(), canonical) || again.Digest() != s.Digest() || s.Source() != string(canonical) {
			t.Errorf("%s: %s", name, firstDifference(canonical, again.Canonical()))
		}
		lines := bytes.Split(canonical, []byte("\n"))
		positions(t, name, s.Root(), s.Root(), canonical, lines)
	}
}

func positions(t *testing.T, name string, root, n *snapshot.Node, source []byte, lines [][]byte) {
	start, end := n.Span()
	got, err := snapshot.ParseJSON(source[start:end])
	if err != nil || !got.Equal(n) {
		t.Fatalf("%s: %s stands not at bytes %d to %d", name, n.Pointer(), start, end)
	}
	column := start - (bytes.LastIndexByte(source[:start], '\n') + 1)
	line := lines[n.Line()-1]
	head := min(len(line)-column, end-start)
	if column > len(line) || !bytes.Equal(line[column:column+head], source[start:start+head]) {
		t.Fatalf("%s: %s is not on line %d column %d", name, n.Pointer(), n.Line(), column+1)
	}
	if root.Resolve(n.Pointer()) != n {
		t.Fatalf("%s: pointer %s leads elsewhere", name, n.Pointer())
	}
	for _, kid := range n.Items() {
		positions(t, name, root, kid, source, lines)
	}
}

// Objects and fields stand in the same order whatever they are called, so that
// an unchanged estate has unchanged bytes: keys sorted at every depth.
func TestKeysAreSorted(t *testing.T) {
	s, err := collector.Assemble(opened(t, "paged"))
	if err != nil {
		t.Fatal(err)
	}
	var walk func(*snapshot.Node)
	walk = func(n *snapshot.Node) {
		last := -1
		for i, kid := range n.Items() {
			start, _ := kid.Span()
			if start <= last || i > 0 && n.Kind() == snapshot.Map && n.Keys()[i-1] >= n.Keys()[i] {
				t.Fatalf("%s: out of order", kid.Pointer())
			}
			last = start
			walk(kid)
		}
	}
	walk(s.Root())
}

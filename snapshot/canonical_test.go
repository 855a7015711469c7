package snapshot_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"esaudit/snapshot"

	"pgregory.net/rapid"
)

// twins reads a text by parts, packed and not, and by ParseJSON, which knows
// nothing of canonical text, and compares everything that can be asked of both.
func twins(t rapid.TB, text []byte, size int, in io.Reader) {
	source, err := snapshot.ReadSource(in, size)
	if err != nil {
		t.Fatal(err)
	}
	want, wrong := snapshot.ParseJSON(text)
	alike(t, text, want, wrong, source)
	if source, err = snapshot.ReadPacked(bytes.NewReader(text), size); err != nil {
		t.Fatal(err)
	}
	alike(t, text, want, wrong, source)
	if source, err = (*snapshot.Known)(nil).ReadAt(bytes.NewReader(text), size); err != nil {
		t.Fatal(err)
	}
	alike(t, text, want, wrong, source)
}

// alike compares what was read of a text with what the plain decoder makes of it.
func alike(t rapid.TB, text []byte, want *snapshot.Node, wrong error, source *snapshot.Source) {
	if source.Text() != string(text) {
		t.Fatalf("%q was read as %q", text, source.Text())
	}
	canonical := wrong == nil && bytes.Equal(bytes.TrimSuffix(want.AppendJSON(nil), []byte("\n")), bytes.TrimSuffix(text, []byte("\n")))
	if canonical != source.Canonical() {
		t.Fatalf("%q is canonical: %v, want %v", text, !canonical, canonical)
	}
	got, err := source.Root()
	if deep := bytes.Count(text, []byte("[")) > 50; err == nil && !deep && got.Rewritten() == canonical {
		t.Fatalf("%q is canonical: %v, and read through other text: %v", text, canonical, canonical)
	}
	if fmt.Sprint(err) != fmt.Sprint(wrong) {
		t.Fatalf("%q: error %v, want %v", text, err, wrong)
	}
	if err == nil {
		same(t, got, want)
		if got.Rewritten() {
			written(t, got, want)
		}
	}
}

// written compares what a document was read through with what a check of that text finds,
// because it was not checked.
func written(t rapid.TB, got, want *snapshot.Node) {
	text := got.Written()
	if text != string(want.AppendJSON(nil)) {
		t.Fatalf("%q was written, want %q", text, want.AppendJSON(nil))
	}
	source, err := snapshot.ReadSource(strings.NewReader(text), len(text))
	if err != nil || !source.Canonical() {
		t.Fatalf("%q was written: canonical: %v, error %v", text, err == nil, err)
	}
	checked, err := source.Root()
	if err != nil {
		t.Fatal(err)
	}
	samePlaces(t, got, checked)
}

// samePlaces compares where values stand in the texts that they were read from.
func samePlaces(t rapid.TB, got, want *snapshot.Node) {
	start, size, line := got.Place()
	from, long, on := want.Place()
	if start != from || size != long || line != on {
		t.Fatalf("%s stands at %d, %d bytes, line %d, want %d, %d bytes, line %d", want.Pointer(), start, size, line, from, long, on)
	}
	for i, kid := range got.Items() {
		samePlaces(t, kid, want.Items()[i])
	}
}

func same(t rapid.TB, got, want *snapshot.Node) {
	start, end := got.Span()
	from, to := want.Span()
	switch {
	case got.Kind() != want.Kind() || got.Text() != want.Text() || got.Key() != want.Key():
		t.Fatalf("%s is %d %q, want %s, %d %q", got.Pointer(), got.Kind(), got.Text(), want.Pointer(), want.Kind(), want.Text())
	case start != from || end != to || got.Line() != want.Line():
		t.Fatalf("%s stands at %d-%d, line %d, want %d-%d, line %d", want.Pointer(), start, end, got.Line(), from, to, want.Line())
	case strings.Join(got.Keys(), "\x00") != strings.Join(want.Keys(), "\x00") || len(got.Items()) != len(want.Items()):
		t.Fatalf("%s holds %q (%d), want %q (%d)", want.Pointer(), got.Keys(), len(got.Items()), want.Keys(), len(want.Items()))
	}
	for i, kid := range got.Items() {
		if kid.Parent() != got {
			t.Fatalf("%s has another parent", kid.Pointer())
		}
		same(t, kid, want.Items()[i])
	}
}

// nested puts a document so deep that objects of the cloud would stand there.
func nested(n *snapshot.Node, depth int) *snapshot.Node {
	for i := range depth {
		if i%3 == 0 {
			n = snapshot.NewArray(snapshot.NewString("before"), n, snapshot.NewObject(nil))
		} else {
			n = snapshot.NewObject(map[string]*snapshot.Node{"a": snapshot.NewInt(int64(i)), "m": n, "z": snapshot.NewNull()})
		}
	}
	return n
}

// What is read by parts is what ParseJSON reads, with the same positions; and
// so it is after a byte of it is lost, doubled or turned into another one, and
// after a line is.
func TestCanonicalTextIsReadLikeAnyOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source, err := snapshot.ParseJSON(bytesOf(t, value(4).Draw(t, "document")))
		if err != nil {
			t.Fatal(err)
		}
		text := nested(source.Clone(nil), rapid.IntRange(0, 9).Draw(t, "depth")).AppendJSON(nil)
		twins(t, text, len(text), bytes.NewReader(text))
		for range 20 {
			broken := spoiled(t, text)
			twins(t, broken, 0, iotest.OneByteReader(bytes.NewReader(broken)))
		}
	})
}

// spoiled changes a byte or a line of a text.
func spoiled(t *rapid.T, text []byte) []byte {
	if rapid.Bool().Draw(t, "line") {
		lines := strings.SplitAfter(string(text), "\n")
		i, j := rapid.IntRange(0, len(lines)-1).Draw(t, "line"), rapid.IntRange(0, len(lines)-1).Draw(t, "other")
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			lines[i] = ""
		case 1:
			lines[i] += lines[j]
		case 2:
			lines[i], lines[j] = lines[j], lines[i]
		case 3:
			lines[i] = "  " + lines[i]
		}
		return []byte(strings.Join(lines, ""))
	}
	i := rapid.IntRange(0, len(text)-1).Draw(t, "byte")
	out := bytes.Clone(text)
	switch rapid.IntRange(0, 2).Draw(t, "what") {
	case 0:
		return append(out[:i], text[i+1:]...)
	case 1:
		return append(out[:i], text[max(i-1, 0):]...)
	}
	out[i] = rapid.SampledFrom([]byte(" \n\t\",:{}[]\\0-.eEnt\x00\x1f\x7f\x80\xff/")).Draw(t, "to")
	return out
}

// A text of any white space, order of keys and escapes is read as ParseJSON reads it,
// with its own positions; and so it is after a byte of it is another one.
func TestAnyTextIsReadLikeAnyOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source, err := snapshot.ParseJSON(bytesOf(t, value(4).Draw(t, "document")))
		if err != nil {
			t.Fatal(err)
		}
		text := loosely(t, nil, nested(source.Clone(nil), rapid.IntRange(0, 9).Draw(t, "depth")))
		twins(t, text, len(text), bytes.NewReader(text))
		for range 5 {
			broken := spoiled(t, text)
			twins(t, broken, 0, bytes.NewReader(broken))
		}
	})
}

// loosely appends a value as somebody else could have written it.
func loosely(t *rapid.T, b []byte, n *snapshot.Node) []byte {
	b = append(b, blanks(t)...)
	in := slices.Clone(n.Items())
	switch n.Kind() {
	case snapshot.Map:
		b = append(b, '{')
		for i, kid := range rapid.Permutation(in).Draw(t, "order") {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(append(append(b, blanks(t)...), literal(t, kid.Key())...), blanks(t)...), ':')
			b = loosely(t, b, kid)
		}
		b = append(append(b, blanks(t)...), '}')
	case snapshot.Array:
		b = append(b, '[')
		for i, kid := range in {
			if i > 0 {
				b = append(b, ',')
			}
			b = loosely(t, b, kid)
		}
		b = append(append(b, blanks(t)...), ']')
	case snapshot.String:
		b = append(b, literal(t, n.Text())...)
	default:
		b = n.AppendCompact(b)
	}
	return append(b, blanks(t)...)
}

func blanks(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "", " ", "\n", "\r\n\t", "    "}).Draw(t, "blanks")
}

// literal writes a string with escapes that need not be.
func literal(t *rapid.T, s string) string {
	if rapid.Bool().Draw(t, "plain") {
		return string(snapshot.NewString(s).AppendCompact(nil))
	}
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, `\u%04X`, unit)
	}
	return `"` + b.String() + `"`
}

// A document of many parts is read like one of one, whether its size is known
// or not, and its canonical bytes are its own.
func TestPartsAreOneDocument(t *testing.T) {
	text := manyObjects(1500).AppendJSON(nil)
	if len(text) < 4<<19 {
		t.Fatalf("%d bytes are not several parts", len(text))
	}
	twins(t, text, len(text), bytes.NewReader(text))
	twins(t, text, 0, bytes.NewReader(text))
	twins(t, text, len(text)/2, iotest.HalfReader(bytes.NewReader(text)))
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	twins(t, []byte(deep), 0, strings.NewReader(deep))
	var many []*snapshot.Node
	for i := range 300 {
		many = append(many, snapshot.NewStrings(strings.Repeat("x", i%7), "]"))
	}
	long := bytes.ReplaceAll(nested(snapshot.NewArray(many...), 8).AppendJSON(nil), []byte(",\n"), []byte("\n ,"))
	twins(t, long, len(long), bytes.NewReader(long))
	loose := bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	twins(t, loose, len(loose), bytes.NewReader(loose))
	flat := bytes.ReplaceAll(manyObjects(500).AppendJSON(nil), []byte("\n"), nil)
	for _, last := range []string{`}`, `,"a":{"z":1,"b":[2]}}`, `,"accounts":1}`, `,"z":01}`, `,"z":1`, `}]`} { // in order, not, and broken
		text := append(flat[:len(flat)-1:len(flat)-1], last...)
		twins(t, text, len(text), bytes.NewReader(text))
	}
	random, times := rand.New(rand.NewPCG(1, 2)), 10
	if testing.Short() { // with the race detector
		times = 1
	}
	for range times {
		broken := bytes.Clone(text)
		broken[random.IntN(len(broken))] ^= 1 << random.IntN(7)
		twins(t, broken, len(broken), bytes.NewReader(broken))
	}
	ends := io.MultiReader(bytes.NewReader(text), iotest.ErrReader(io.ErrClosedPipe))
	if _, err := snapshot.ReadSource(ends, 0); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v, want the reader's own", err)
	}
}

// A document that is read in some places at once is the one that is there, also when it
// has become longer or shorter since its size was told.
func TestReadAtIsTheWholeText(t *testing.T) {
	text := manyObjects(1500).AppendJSON(nil)
	loose := bytes.ReplaceAll(text, []byte("\n"), []byte(" "))
	const portion = 1 << 19
	for _, text := range [][]byte{text, loose[:len(loose)-1], text[:4*portion], text[:4*portion+1]} {
		want, err := snapshot.ReadSource(bytes.NewReader(text), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{1, portion - 1, portion, len(text) / 2, 3*portion - 1, 3 * portion, len(text) - 1, len(text), len(text) + 1, len(text) + portion, 2 * len(text)} {
			got, err := (*snapshot.Known)(nil).ReadAt(bytes.NewReader(text), size)
			if err != nil {
				t.Fatal(err)
			}
			if got.Text() != want.Text() || got.Canonical() != want.Canonical() {
				t.Errorf("%d bytes that were told to be %d are read as %d, canonical: %t", len(text), size, len(got.Text()), got.Canonical())
			}
		}
	}
	for _, at := range []int64{0, portion, 3*portion + 1, int64(len(text))} {
		if _, err := (*snapshot.Known)(nil).ReadAt(brokenAt{bytes.NewReader(text), at}, len(text)); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("broken at %d: error %v, want the reader's own", at, err)
		}
	}
}

// Where a text can be cut last is looked for in more and more of it.
func TestLastMark(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(0, 4).Draw(t, "marks") {
			b.WriteString(strings.Repeat("\n       ", rapid.IntRange(0, 3000).Draw(t, "between")))
			b.WriteString(rapid.SampledFrom([]string{snapshot.ObjectMark, snapshot.ObjectMark[:8]}).Draw(t, "mark"))
		}
		b.WriteString(strings.Repeat("x", rapid.IntRange(0, 20000).Draw(t, "behind")))
		if got, want := snapshot.LastMark(b.String()), strings.LastIndex(b.String(), snapshot.ObjectMark); got != want {
			t.Fatalf("the last mark of %d bytes is at %d, want %d", b.Len(), got, want)
		}
	})
}

// brokenAt cannot be read behind an offset.
type brokenAt struct {
	in io.ReaderAt
	at int64
}

func (b brokenAt) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) <= b.at {
		return b.in.ReadAt(p, at)
	}
	n, _ := b.in.ReadAt(p[:max(b.at-at, 0)], at)
	return n, io.ErrClosedPipe
}

// manyObjects is a snapshot of objects in a few regions, with strings of every
// kind.
func manyObjects(n int) *snapshot.Node {
	regions := map[string]map[string]*snapshot.Node{}
	for i := range n {
		region := fmt.Sprintf("cn-%d", i%3)
		if regions[region] == nil {
			regions[region] = map[string]*snapshot.Node{}
		}
		attributes := map[string]*snapshot.Node{"empty": snapshot.NewArray(), "名": snapshot.NewString("\u2028 \\ \" \x7f é")}
		for j := range 20 {
			attributes[fmt.Sprintf("key%d", j)] = snapshot.NewObject(map[string]*snapshot.Node{"n": snapshot.NewInt(int64(i * j)), "s": snapshot.NewString(strings.Repeat("x", j))})
		}
		regions[region][fmt.Sprintf("es-cn-%d", i)] = snapshot.NewObject(map[string]*snapshot.Node{"attributes": snapshot.NewObject(attributes)})
	}
	objects := map[string]*snapshot.Node{}
	for region, ids := range regions {
		objects[region] = snapshot.NewObject(ids)
	}
	return snapshot.NewObject(map[string]*snapshot.Node{
		"schema": snapshot.NewString(snapshot.Schema),
		"accounts": snapshot.NewArray(snapshot.NewObject(map[string]*snapshot.Node{
			"id": snapshot.NewString("1"), "takenAt": snapshot.NewString("2026-11-22T00:00:00Z"), "regions": snapshot.NewStrings("cn-0", "cn-1", "cn-2"),
			"coverage": snapshot.NewArray(), "objects": snapshot.NewObject(map[string]*snapshot.Node{"elasticsearch": snapshot.NewObject(objects)}),
		})),
	})
}

// Several goroutines that ask for the same value get the same.
func TestOpenedOnce(t *testing.T) {
	s, err := snapshot.Parse(manyObjects(50).AppendJSON(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range s.Accounts()[0].Objects(snapshot.Cluster) {
		found := make(chan *snapshot.Node)
		for range 8 {
			go func() { found <- o.Attr("key7", "n") }()
		}
		first := <-found
		for range 7 {
			if other := <-found; other != first || first.Kind() != snapshot.Number {
				t.Fatalf("%s is there twice", first.Pointer())
			}
		}
	}
}

// FuzzRoot: a text is read by parts as it is read by ParseJSON, or refused with
// the same words.
func FuzzRoot(f *testing.F) {
	for _, seed := range []string{"", "{}\n", "[\n  1\n]\n", "[\n  1,\n]\n", "{\n  \"a\": 1,\n  \"a\": 2\n}\n", "\"\\u00e9\"\n", "\"\\u001f\\n\"\n", "[\n  -0.1e+7,\n  01\n]\n", "{}\n{}\n", "{},\n", "[1]", "{\"b\":{\"d\":1,\"c\":[ ]}, \"a\":\"\\u0061\"}", "{\"a\":1,\"\\u0061\":2}"} {
		f.Add([]byte(seed))
	}
	f.Add(manyObjects(2).AppendJSON(nil))
	f.Add(nested(snapshot.NewStrings("a", "\\", "\u2028"), 9).AppendJSON(nil))
	f.Fuzz(func(t *testing.T, text []byte) { twins(t, text, 0, bytes.NewReader(text)) })
}

func bytesOf(t rapid.TB, v any) []byte {
	t.Helper()
	source, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

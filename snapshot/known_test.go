package snapshot_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"esaudit/keyed"
	"esaudit/snapshot"

	"pgregory.net/rapid"
)

func known(t rapid.TB, secret string, kept ...string) *snapshot.Known {
	t.Helper()
	k, err := snapshot.NewKnown([]byte(secret), kept...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// A document of which something is known is read as any other one, and so it is after a
// byte or a line of it is another one. What was known is not learned again.
func TestKnownTextIsReadLikeAnyOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source, err := snapshot.ParseJSON(bytesOf(t, value(4).Draw(t, "document")))
		if err != nil {
			t.Fatal(err)
		}
		text := nested(source.Clone(nil), rapid.IntRange(0, 9).Draw(t, "depth")).AppendJSON(nil)
		read := func(text []byte, k *snapshot.Known) (learned string) {
			for _, how := range []func() (*snapshot.Source, error){
				func() (*snapshot.Source, error) { return k.ReadSource(bytes.NewReader(text), len(text)) },
				func() (*snapshot.Source, error) { return k.ReadPacked(bytes.NewReader(text), 0) },
			} {
				source, err := how()
				if err != nil {
					t.Fatal(err)
				}
				want, wrong := snapshot.ParseJSON(text)
				alike(t, text, want, wrong, source)
				if source, err = how(); err != nil { // a document is made of a text once
					t.Fatal(err)
				}
				var digest []byte
				if learned, digest = source.Learned(); digest != nil {
					if sum := sha256.Sum256(want.AppendJSON(nil)); !bytes.Equal(digest, sum[:]) {
						t.Fatalf("%q has the digest %x, want %x", text, digest, sum)
					}
				}
			}
			return learned
		}
		kept := read(text, known(t, "secret"))
		if again := read(text, known(t, "secret", kept)); kept == "" || again != "" {
			t.Fatalf("of %q, %q is learned, and then %q", text, kept, again)
		}
		want, err := snapshot.ParseJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		if loose := loosely(t, nil, want); read(loose, known(t, "secret", kept)) != "" {
			t.Fatalf("of %q something is learned that %q did not tell", loose, text)
		}
		for range 20 {
			read(spoiled(t, text), known(t, "secret", kept))
		}
	})
}

// Of documents of many parts, the digest is that of the text, whatever was known of
// others that have some of the parts.
func TestDigestOfKnownText(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	sizes := make([]int, 3000)
	for i := range sizes {
		sizes[i] = r.IntN(900)
	}
	var kept []string
	for range 12 {
		objects, letter := make([]string, len(sizes)), ""
		for i, size := range sizes {
			if i%600 == 0 {
				letter = string("xy"[r.IntN(2)])
			}
			objects[i] = strings.Repeat(letter, size)
		}
		text := holding(objects)
		source, err := known(t, "secret", kept...).ReadSource(bytes.NewReader(text), len(text))
		if err != nil {
			t.Fatal(err)
		}
		learned, digest := source.Learned()
		if want := sha256.Sum256(text); !bytes.Equal(digest, want[:]) {
			t.Fatalf("after %d documents: digest %x, want %x", len(kept), digest, want)
		}
		if learned != "" {
			kept = append(kept, learned)
		}
	}
	if len(kept) < 5 {
		t.Errorf("%d documents were new", len(kept))
	}
}

// Objects of all parts have the marks of their key and their canonical text, however they
// were written, and whether that is known or not; and no other ones have the same.
func TestMarksOfObjects(t *testing.T) {
	text := holding(slices.Repeat([]string{strings.Repeat("x", 900)}, 3000))
	marker := keyed.NewMarker([]byte("secret"))
	for _, text := range [][]byte{text, bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))} {
		for _, secret := range []string{"secret", "another"} {
			source, err := known(t, secret).ReadSource(bytes.NewReader(text), len(text))
			if err != nil {
				t.Fatal(err)
			}
			root, err := source.Root()
			if err != nil {
				t.Fatal(err)
			}
			objects := root.Get("a", "a", "a", "a", "a")
			marks, seen := snapshot.NewMarks([]byte("secret")), map[keyed.Mark]bool{}
			order := rand.New(rand.NewPCG(5, 5)).Perm(2 * len(objects.Keys()))
			slices.Sort(order[:len(objects.Keys())])
			for _, i := range order {
				id := objects.Keys()[i/2]
				object := objects.Get(id)
				sum := marks.Of(snapshot.Object{ID: id, Node: object})
				if sum != marker.Text(fmt.Sprintf("%q: %s", id, object.CanonicalText())) {
					t.Fatalf("%s has the mark %x", object.Pointer(), sum)
				}
				if _, ok := snapshot.MarkKnown(object, []byte("secret")); ok != (secret == "secret") {
					t.Fatalf("of what was read with %s, the mark of %s is known: %t", secret, object.Pointer(), ok)
				}
				seen[sum] = true
			}
			if len(seen) != len(objects.Keys()) {
				t.Errorf("%d marks of %d objects", len(seen), len(objects.Keys()))
			}
		}
	}
}

// holding is canonical text of objects that stand as deep as those of the cloud.
func holding(texts []string) []byte {
	fields := make(map[string]*snapshot.Node, len(texts))
	for i, text := range texts {
		fields[fmt.Sprintf("o-%05d", i)] = snapshot.NewObject(map[string]*snapshot.Node{"attributes": snapshot.NewObject(map[string]*snapshot.Node{"Text": snapshot.NewString(text)})})
	}
	n := snapshot.NewObject(fields)
	for range 5 {
		n = snapshot.NewObject(map[string]*snapshot.Node{"a": n})
	}
	return n.AppendJSON(nil)
}

// Who does not know the secret knows nothing, and what nobody wrote is refused.
func TestKnownToOthers(t *testing.T) {
	text := holding([]string{"a", "b", "c"})
	learn := func(k *snapshot.Known) string {
		source, err := k.ReadSource(bytes.NewReader(text), len(text))
		if err != nil {
			t.Fatal(err)
		}
		learned, _ := source.Learned()
		return learned
	}
	kept := learn(known(t, "secret"))
	if learn(known(t, "secret", kept)) != "" {
		t.Error("what is known is learned again")
	}
	if learn(known(t, "another", kept)) == "" {
		t.Error("another secret knows it too")
	}
	if learn(nil) != "" {
		t.Error("who keeps nothing learns")
	}
	for size := range kept {
		k, err := snapshot.NewKnown([]byte("secret"), kept[:size])
		if err == nil && learn(k) == "" {
			t.Errorf("%d of %d bytes are all", size, len(kept))
		}
	}
}

package cache_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"esaudit/cache"
)

func open(t *testing.T, dir, secret string, limit int64) *cache.Store {
	t.Helper()
	s, err := cache.Open(dir, []byte(secret), limit)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func answers(r *rand.Rand) map[cache.Key]string {
	out := map[cache.Key]string{}
	for range r.IntN(6) {
		out[key(r.IntN(1000))] = strings.Repeat("x", r.IntN(300)) + fmt.Sprint(r.Int())
	}
	return out
}

// answered are answers in the form in which they are kept.
func answered(all map[cache.Key]string) *cache.Answers {
	out := cache.NewAnswers(0)
	for key, answer := range all {
		out.Text(key, answer)
	}
	out.Add(key(5000), func([]byte) []byte { return nil }) // one that could not be written
	return out
}

func key(n int) (k cache.Key) {
	k[0], k[1] = byte(n), byte(n>>8)
	return k
}

// What was kept is found again, by whoever knows the secret, in files that nobody
// else can read.
func TestKept(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	dir := filepath.Join(t.TempDir(), "a", "b")
	for range 50 {
		want := answers(r)
		if err := open(t, dir, "secret", cache.Limit).Save(key(1), answered(want)); err != nil {
			t.Fatal(err)
		}
		got, err := open(t, dir, "secret", cache.Limit).Load(key(1))
		if err != nil || !maps.Equal(got, want) {
			t.Fatalf("%v: %q, want %q", err, got, want)
		}
	}
	files := list(t, dir)
	if len(files) != 1 {
		t.Errorf("files: %q", files)
	}
	for _, file := range append(files, dir) {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v", file, info.Mode())
		}
	}
	if got, err := open(t, dir, "secret", cache.Limit).Load(key(2)); got != nil || err != nil {
		t.Errorf("of another name: %v, %v", got, err)
	}
}

// Whatever is done to a file, it is not believed: every byte changed, every length
// cut, another name's file, another secret's, something that is no file.
func TestNotBelieved(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, "secret", cache.Limit)
	if err := s.Save(key(1), answered(map[cache.Key]string{key(7): "an answer", key(8): ""})); err != nil {
		t.Fatal(err)
	}
	file := list(t, dir)[0]
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(what string) {
		t.Helper()
		if got, err := s.Load(key(1)); err == nil || got != nil {
			t.Errorf("%s: %q is believed", what, got)
		}
	}
	for i := range whole {
		for bit := range 8 {
			broken := []byte(string(whole))
			broken[i] ^= 1 << bit
			write(t, file, broken)
			refuse(fmt.Sprintf("bit %d of byte %d", bit, i))
		}
		write(t, file, whole[:i])
		refuse(fmt.Sprintf("the first %d bytes", i))
	}
	write(t, file, append([]byte(string(whole)), 0))
	refuse("one byte more")
	if err := s.Save(key(2), answered(map[cache.Key]string{key(7): "of another"})); err != nil {
		t.Fatal(err)
	}
	for _, other := range list(t, dir) {
		if other != file {
			swapped, err := os.ReadFile(other)
			if err != nil {
				t.Fatal(err)
			}
			write(t, file, swapped)
			refuse("another name's file")
		}
	}
	if err := open(t, dir, "guessed", cache.Limit).Save(key(1), answered(nil)); err != nil {
		t.Fatal(err)
	}
	refuse("another secret's")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	refuse("a directory")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "kept")
	write(t, elsewhere, whole)
	if err := os.Symlink(elsewhere, file); err != nil {
		t.Fatal(err)
	}
	refuse("a link")
}

// Runs at the same time see whole files.
func TestSideBySide(t *testing.T) {
	dir := t.TempDir()
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			s, err := cache.Open(dir, []byte("secret"), cache.Limit)
			for n := 0; n < 30 && err == nil; n++ {
				if err = s.Save(key(1), answered(map[cache.Key]string{key(i): strings.Repeat("x", 5000+i)})); err == nil {
					var got map[cache.Key]string
					if got, err = s.Load(key(1)); err == nil && len(got) != 1 {
						err = fmt.Errorf("%d answers", len(got))
					}
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if files := list(t, dir); len(files) != 1 {
		t.Errorf("left behind: %q", files)
	}
}

// The files that were written longest ago go; what is not the cache's stays.
func TestBounded(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mine.txt"), make([]byte, 5000))
	s := open(t, dir, "secret", 3000)
	for n := range 10 {
		if err := s.Save(key(n), answered(map[cache.Key]string{key(1): strings.Repeat("x", 1000)})); err != nil {
			t.Fatal(err)
		}
		for _, file := range list(t, dir) { // clocks of files may be coarse
			if filepath.Base(file) != "mine.txt" {
				old := time.Now().Add(-time.Hour)
				if got, err := s.Load(key(n)); err != nil || got == nil {
					t.Fatalf("%d is gone: %v", n, err)
				}
				if err := os.Chtimes(file, old, old); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if files := list(t, dir); len(files) != 3 {
		t.Errorf("files: %q", files)
	}
	if err := s.Save(key(50), answered(map[cache.Key]string{key(1): strings.Repeat("x", 4000)})); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Load(key(50)); got != nil || err != nil {
		t.Errorf("what is larger than the limit is kept: %v, %v", got, err)
	}
}

// What runs began that were stopped goes too.
func TestBoundedWithWhatWasBegun(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, "secret", 3000)
	if err := s.Save(key(1), answered(map[cache.Key]string{key(1): "x"})); err != nil {
		t.Fatal(err)
	}
	begun, mine := filepath.Join(dir, "."+filepath.Base(list(t, dir)[0])+"123"), filepath.Join(dir, ".mine")
	old := time.Now().Add(-time.Hour)
	for _, file := range []string{begun, mine} {
		write(t, file, make([]byte, 3000))
		if err := os.Chtimes(file, old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Save(key(2), answered(map[cache.Key]string{key(1): "x"})); err != nil {
		t.Fatal(err)
	}
	if files := list(t, dir); len(files) != 3 || slices.Contains(files, begun) || !slices.Contains(files, mine) {
		t.Errorf("files: %q", files)
	}
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// What is derived tells purposes and secrets apart, and is no signature.
func TestDerive(t *testing.T) {
	seen := map[string]bool{}
	for _, secret := range []string{"a", "b"} {
		s, err := cache.Open(t.TempDir(), []byte(secret), cache.Limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, purpose := range []string{"", "a", "b"} {
			got := string(s.Derive(purpose))
			if seen[got] || got != string(s.Derive(purpose)) || got == secret {
				t.Errorf("%q of %q is derived as another one is, or each time something else", purpose, secret)
			}
			seen[got] = true
		}
	}
}

// Of what is signed in pieces, each counts, and where it stands.
func TestLargeNotBelieved(t *testing.T) {
	dir, r := t.TempDir(), rand.New(rand.NewPCG(4, 4))
	body := make([]byte, 3<<20+5)
	for i := range body {
		body[i] = byte(r.Uint32())
	}
	all := cache.NewAnswers(0)
	all.Text(key(7), string(body))
	s := open(t, dir, "secret", cache.Limit)
	if err := s.Save(key(1), all); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Load(key(1)); err != nil || got[key(7)] != string(body) {
		t.Fatalf("what was kept is not found: %v", err)
	}
	file := list(t, dir)[0]
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const piece = 1 << 20
	swapped := slices.Clone(text)
	head := len(text) - len(body) - cache.Beside
	copy(swapped[head+piece:], text[head+2*piece:head+3*piece])
	copy(swapped[head+2*piece:], text[head+piece:head+2*piece])
	for name, other := range map[string][]byte{
		"pieces changed places": swapped,
		"a piece is missing":    slices.Delete(slices.Clone(text), head+piece, head+2*piece),
		"the end is missing":    text[:head+3*piece],
		"more follows":          append(slices.Clone(text), 0),
	} {
		write(t, file, other)
		if got, err := s.Load(key(1)); err == nil || len(got) > 0 {
			t.Errorf("%s: it is believed", name)
		}
	}
	for _, at := range []int{head + 48, head + piece - 1, head + piece, head + 2*piece, head + 3*piece, len(text) - 1} {
		other := slices.Clone(text)
		other[at] ^= 1
		write(t, file, other)
		if got, err := s.Load(key(1)); err == nil || len(got) > 0 {
			t.Errorf("byte %d was changed: it is believed", at)
		}
	}
}

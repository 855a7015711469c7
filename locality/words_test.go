package locality

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The words with a hyphen are those of all words that have one, and addresses are
// runs of figures and dots of which three are dots between figures, wherever they stand.
func TestWordsAndAddresses(t *testing.T) {
	gathered := func(visit func(func([]byte))) (out []string) {
		visit(func(word []byte) { out = append(out, string(word)) })
		return out
	}
	runs := regexp.MustCompile(`[0-9.]+`)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"vpc", "-", "es-cn", "10", ".", "8.8.8.8", "f", ":", "/", `"`, "_", "é", " ", "A"})).Draw(t, "text"), "")
		all := gathered(func(visit func([]byte)) { words([]byte(text), true, visit) })
		want := slices.DeleteFunc(slices.Clone(all), func(word string) bool { return !strings.Contains(word, "-") })
		if got := gathered(func(visit func([]byte)) { words([]byte(text), false, visit) }); !slices.Equal(got, want) {
			t.Errorf("%q has the words %q, want %q", text, got, want)
		}
		want = nil
		for _, run := range runs.FindAllString(text, -1) {
			if run = strings.Trim(run, "."); strings.Count(run, ".") == 3 {
				want = append(want, run)
			}
		}
		if got := gathered(func(visit func([]byte)) { addresses([]byte(text), visit) }); !slices.Equal(got, want) {
			t.Errorf("%q has the addresses %q, want %q", text, got, want)
		}
	})
}

// Whether a text may hold an address of IPv4 as one of IPv6 is what its small letters say.
func TestMapped(t *testing.T) {
	for text, want := range map[string]bool{"": false, "ffff": false, "ffff:": true, ":ffff": false, "0:fFfF:": true, "fff:ffff:": true, "fff:f:": false, `"é": "::FFFF:`: true} {
		if got := mapped([]byte(text)); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"fff", "FFF", "f", "F", ":", "0", `"`, "é"}), 0, 6).Draw(t, "text"), ""))
		want := bytes.Contains(bytes.ToLower(text), []byte("ffff:"))
		if got := mapped(text); got != want {
			t.Fatalf("%q: %t, want %t", text, got, want)
		}
	})
}

// Addresses that an object has are told apart where they run together.
func TestSinceTellsTextsApart(t *testing.T) {
	one, other := &saying{}, &saying{}
	for _, text := range []string{"10.7.1.11", "1.0.0.1"} {
		add(one, text, privateAddress)
	}
	for _, text := range []string{"10.7.1.1", "11.0.0.1"} {
		add(other, text, privateAddress)
	}
	if got := one.since(0); got == other.since(0) || got == one.since(1) || one.since(2) != "" {
		t.Errorf("%q, %q, %q", got, other.since(0), one.since(1))
	}
}

package audit

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"esaudit/facts"
	"esaudit/snapshot"
)

// Clocks are kept as they were found, and what nobody wrote is refused.
func TestClocksAreKept(t *testing.T) {
	s, err := snapshot.Parse([]byte(`{"schema": "esaudit.snapshot/v1", "accounts": [{"id": "1", "kind": "account", "regions": [], "takenAt": "2026-03-01T00:00:00Z", "coverage": [], "objects": {}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	parts := []partText{{shared: [32]byte{1}}, {text: [32]byte{2}}, {shared: [32]byte{1}, text: [32]byte{2}}}
	want := clocks{
		parts[0]: {{Account: "1", Scheduled: true, Cron: "0 0 1 ? * *"}, {Account: "1", Scheduled: true}, {Account: "1"}},
		parts[1]: {},
		parts[2]: {{Account: "1", Scheduled: true, Cron: "0 0 1 ? * *"}},
	}
	text := string(newWriter().clocks(nil, parts, want))
	if got, err := readClocks(text, s); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	for size := range text {
		if got, err := readClocks(text[:size], s); err == nil || len(got) > 0 {
			t.Errorf("%d of %d bytes are read: %v", size, len(text), got)
		}
	}
	other := clocks{parts[0]: []facts.Clock{{Account: "2"}}}
	if got, err := readClocks(string(newWriter().clocks(nil, parts[:1], other)), s); err == nil {
		t.Errorf("clocks of another account are read: %v", got)
	}
	r := rand.New(rand.NewPCG(3, 9))
	for range 20_000 { // none ends the run
		spoiled := []byte(text)
		spoiled[r.IntN(len(spoiled))] = byte(r.IntN(256))
		_, _ = readClocks(string(spoiled), s)
	}
}

// The clocks of a part are those of the same objects that say the same, and of no others.
func TestClocksOfOtherParts(t *testing.T) {
	known := clocks{{shared: [32]byte{1}, text: [32]byte{2}}: {{Account: "1"}}}
	for key, want := range map[partText]int{
		{shared: [32]byte{1}, text: [32]byte{2}}: 1,
		{shared: [32]byte{1}, text: [32]byte{3}}: 0,
		{shared: [32]byte{3}, text: [32]byte{2}}: 0,
	} {
		for range 2 {
			if got := known.of(key, nil); len(got) != want {
				t.Errorf("a part of no objects has the clocks %v", got)
			}
		}
	}
}

package policies

import (
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write generated files")

// The committed dispatcher, which stock opa uses, is what the rules' METADATA
// gives.
func TestDispatcherIsFresh(t *testing.T) {
	rules, _, err := all(nil)
	if err != nil {
		t.Fatal(err)
	}
	want := dispatcher(rules)
	if *update {
		if err := os.WriteFile(dispatcherFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(dispatcherFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale: make update writes it", dispatcherFile)
	}
}

func TestCompile(t *testing.T) {
	if _, err := New(t.Context(), Selection{Optional: true}); err != nil {
		t.Fatal(err)
	}
}

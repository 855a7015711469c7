package oracle

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The second implementation stands on the standard library alone: neither
// anything of ours nor of others, in its code and in its tests, so that it
// shares no fault with what it is compared with.
func TestStandardLibraryOnly(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil || !standard(path) {
				t.Errorf("%s imports %s", name, spec.Path.Value)
			}
		}
	}
	for path, want := range map[string]bool{"fmt": true, "net/netip": true, "esaudit/netset": false, "gonum.org/v1/gonum/graph": false} {
		if standard(path) != want {
			t.Errorf("%s is of the standard library: %v", path, !want)
		}
	}
}

// standard tells paths of the standard library: their first element has no dot,
// and is not this module.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && first != "esaudit"
}

package tui

import (
	"os"
	"strings"
	"testing"
)

// Every key of every view stands in the document of keys.
func TestKeysAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/tui.md")
	if err != nil {
		t.Fatal(err)
	}
	e := New(Options{Estate: newCrowd(3), Unicode: true}).env
	views := []view{clustersView{}, findingsView{}, askView{}, gapsView{}, changesView{}, mapView{}, clusterView{}, pathView{}, findingView{}, valueView{}, fixView{planned: shelf{}}, actionView{}, applyView{}, applyView{state: asking}, applyView{state: over, applied: Applied{Undo: "x"}}}
	for _, v := range views {
		for _, h := range keysOf(e, v).list {
			if !strings.Contains(string(doc), "`"+h.key+"`") && !strings.Contains(string(doc), h.key+"`") {
				t.Errorf("docs/tui.md does not tell of %q (%s)", h.key, v.title(e))
			}
			if h.does == "" {
				t.Errorf("%q of %s does nothing", h.key, v.title(e))
			}
		}
	}
}

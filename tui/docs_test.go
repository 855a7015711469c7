package tui

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

// README shows screens as they are.
func TestReadmeScreens(t *testing.T) {
	const file = "../README.md"
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	goldens, err := os.ReadFile("testdata/80x24.golden")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	is := regexp.MustCompile("(?s)<!-- screen: ([^>]*) -->\n```text\n.*?```").ReplaceAllStringFunc(string(was), func(block string) string {
		shown++
		head, _, _ := strings.Cut(block, "\n")
		name := strings.TrimSuffix(strings.TrimPrefix(head, "<!-- screen: "), " -->")
		_, rest, there := strings.Cut(string(goldens), "\n"+name+": ")
		if name == "clusters" {
			_, rest, there = strings.Cut(string(goldens), name+": ")
		}
		if !there {
			t.Fatalf("README shows a screen %q that is none", name)
		}
		lines := strings.Split(rest, "\n")[1:25]
		return head + "\n```text\n" + regexp.MustCompile("\n\n\n+").ReplaceAllString(strings.Join(lines, "\n"), "\n\n") + "\n```"
	})
	if shown < 2 {
		t.Errorf("README shows %d screens", shown)
	}
	if is == string(was) {
		return
	}
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(is), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Error("a screen in README is not as it is; -update rewrites it")
}

// Every key of every view stands in the document of keys.
func TestKeysAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/tui.md")
	if err != nil {
		t.Fatal(err)
	}
	e := New(Options{Estate: newCrowd(3), Unicode: true}).env
	views := []view{clustersView{}, findingsView{}, askView{}, gapsView{}, changesView{}, mapView{}, clusterView{}, pathView{}, findingView{}, valueView{}}
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

package formats_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"esaudit/graph"
	"esaudit/report/topology"
)

// ask runs a program of another's on a text.
func ask(t testing.TB, text []byte, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(text)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if errors.Len() > 0 && err == nil {
		t.Logf("%s: %s", name, errors.String())
	}
	return string(out), err
}

// hostile is a map of names made to break out of what holds them.
func hostile() *topology.Map {
	v := graph.NewView()
	internet := v.Add(graph.Thing{Kind: graph.Internet, Key: "internet"})
	for _, name := range []string{`"]; evil [label="`, `\`, `\"`, `<b>&amp;]]>`, "a\nb\x00\u202e", "日志集群", "%s \\N \\G"} {
		c := v.Add(graph.Thing{Kind: graph.ClusterThing, Key: name, Name: name})
		v.Connect(internet, c, graph.Join{Kind: "reaches", Verdict: graph.Reachable})
	}
	return topology.New(v, nil)
}

// Graphviz draws what DOT says: as many nodes and edges, and no other.
func TestDOT(t *testing.T) {
	text, err := os.ReadFile(golden("report.dot.golden"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"golden": text, "hostile": hostile().DOT(topology.English())} {
		svg, err := ask(t, text, "dot", "-Tsvg")
		if err != nil || !strings.Contains(svg, "</svg>") {
			t.Fatalf("%s: dot: %v", name, err)
		}
		drawn, err := ask(t, text, "dot", "-Tjson")
		if err != nil {
			t.Fatalf("%s: dot: %v", name, err)
		}
		var graph struct {
			Objects []struct{ Name, Label string }
			Edges   []struct{ Label string }
		}
		if err := json.Unmarshal([]byte(drawn), &graph); err != nil {
			t.Fatal(err)
		}
		nodes := 0
		for _, o := range graph.Objects {
			if strings.HasPrefix(o.Name, "p") {
				nodes++
			} else if !strings.HasPrefix(o.Name, "layer") {
				t.Errorf("%s: a node %q", name, o.Name)
			}
		}
		if wantNodes, wantEdges := strings.Count(string(text), "    p"), strings.Count(string(text), "->"); nodes != wantNodes || len(graph.Edges) != wantEdges {
			t.Errorf("%s: %d nodes, %d edges, want %d and %d", name, nodes, len(graph.Edges), wantNodes, wantEdges)
		}
	}
	if _, err := ask(t, text[:len(text)-3], "dot", "-Tsvg"); err == nil {
		t.Error("dot takes half a graph")
	}
}

func TestSVG(t *testing.T) {
	text, err := os.ReadFile(golden("report.svg.golden"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"golden": text, "hostile": hostile().SVG(topology.English(), "")} {
		if _, err := ask(t, text, "xmllint", "--noout", "--nonet", "-"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ask(t, text[:len(text)-3], "xmllint", "--noout", "--nonet", "-"); err == nil {
		t.Error("xmllint takes half a picture")
	}
}

// JUnit is as Jenkins' xUnit plugin has it (junit-10.xsd), and as narrow as this
// program writes it (junit.xsd).
func TestJUnit(t *testing.T) {
	text, err := os.ReadFile(golden("report.junit.golden"))
	if err != nil {
		t.Fatal(err)
	}
	valid := func(schema, text string) bool {
		_, err := ask(t, []byte(text), "xmllint", "--noout", "--nonet", "--schema", "testdata/"+schema, "-")
		return err == nil
	}
	for schema, changes := range map[string]map[string]string{
		"junit-10.xsd": {`<testsuites `: `<testsuites skipped="3" `, `<failure `: `<defeat `, ` failures="`: ` failed="`, ` time="0"`: ` time="soon"`},
		"junit.xsd":    {`<testcase `: `<testcase mood="good" `, `<failure `: `<defeat `, ` tests="`: ` trials="`},
	} {
		if !valid(schema, string(text)) {
			t.Errorf("%s refuses the report", schema)
		}
		for from, to := range changes {
			if broken := strings.Replace(string(text), from, to, 1); broken == string(text) || valid(schema, broken) {
				t.Errorf("%s takes %s", schema, to)
			}
		}
	}
}

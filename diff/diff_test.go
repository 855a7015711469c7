package diff_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"esaudit/change"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/diff"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

func open(t *testing.T, name string) *snapshot.Snapshot {
	t.Helper()
	r, err := recording.Open("../testdata/estates/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func edit(t *testing.T, s *snapshot.Snapshot, texts ...string) *snapshot.Snapshot {
	t.Helper()
	var edits []change.Edit
	for _, text := range texts {
		word, rest, _ := strings.Cut(text, " ")
		e, err := change.Parse(map[string]change.Verb{"set": change.Set, "remove": change.Remove, "add": change.Add}[word], rest)
		if err != nil {
			t.Fatal(err)
		}
		edits = append(edits, e)
	}
	out, err := change.Apply(s, edits...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func side(s *snapshot.Snapshot, c config.Config) diff.Side {
	return diff.Side{Graph: graph.Build(s, c)}
}

// edits are changes of the demonstration, each of another kind.
func edits() [][]string {
	return [][]string{
		{"set es-cn-orderssearch1.enablePublic=false"},
		{"set es-cn-billingarch1.enablePublic=true"},
		{"remove es-cn-orderssearch1/PUBLIC_ES:tmp_migration:0.0.0.0/0"},
		{"add es-cn-orderssearch1/PRIVATE_ES:default:10.0.0.0/8"},
		{"remove listener:nlb-legacylogs00001:9200"},
		{"set es-cn-legacylogs01.status=inactive"},
		{"add PUBLIC_ES:default:2001:db8::/32", "remove es-cn-clickstream1/PUBLIC_ES:default:128.0.0.0/1"},
	}
}

// The same picture twice differs in nothing.
func TestNothingChanged(t *testing.T) {
	for _, name := range []string{"demo", "clean", "blind", "half-blind", "two-accounts"} {
		s := open(t, name)
		if d := diff.Compare(side(s, config.Config{}), side(s, config.Config{})); !d.Empty() {
			t.Errorf("%s differs from itself: %+v", name, d)
		}
	}
}

// An address is gained exactly when the question about it alone was not
// reachable before and is now; lost, when it was reachable and is blocked.
func TestChangesAgreeWithSingleQuestions(t *testing.T) {
	s := open(t, "demo")
	seen := map[string]int{}
	for _, texts := range edits() {
		old, new := side(s, config.Config{}), side(edit(t, s, texts...), config.Config{})
		d := diff.Compare(old, new)
		if len(d.Settings) == 0 {
			t.Errorf("%v: no setting differs", texts)
		}
		probe := func(list []diff.Change, before, after func(graph.Verdict) bool, what string) {
			for _, c := range list {
				for _, from := range c.From {
					for _, q := range questions(c, from) {
						was, is := ask(t, old.Graph, q, c), ask(t, new.Graph, q, c)
						seen[what+" "+c.Kind]++
						if !before(was) || !after(is) {
							t.Errorf("%v: %s %s -> %s:%d, but it is %v before and %v after", texts, what, q, c.To, c.Port, was, is)
						}
					}
				}
			}
		}
		is := func(want graph.Verdict) func(graph.Verdict) bool {
			return func(v graph.Verdict) bool { return v == want }
		}
		isNot := func(want graph.Verdict) func(graph.Verdict) bool {
			return func(v graph.Verdict) bool { return v != want }
		}
		probe(d.Gained, isNot(graph.Reachable), is(graph.Reachable), "gained")
		probe(d.Lost, is(graph.Reachable), is(graph.Blocked), "lost")
		probe(d.Unclear, isNot(graph.Unknown), is(graph.Unknown), "unclear")
		everyChange(t, old.Graph, new.Graph, d, texts)
	}
	for _, what := range []string{"gained internet", "lost internet", "gained vpc", "lost vpc", "gained host", "lost host"} {
		if seen[what] == 0 {
			t.Errorf("nothing was %s: %v", what, seen)
		}
	}
}

// everyChange asks some addresses of the internet: what changed has to be told.
func everyChange(t *testing.T, old, new *graph.Graph, d diff.Document, texts []string) {
	t.Helper()
	for _, c := range new.Clusters() {
		for _, ip := range []string{"203.0.113.9", "198.51.100.77", "8.8.8.8", "200.1.1.1", "2001:db8::1", "2400::1"} {
			q, to := "internet:"+ip, diff.Change{To: "es:" + c.ID, Port: 9200}
			was, is := ask(t, old, q, to), ask(t, new, q, to)
			told := tells(d.Gained, to, ip)
			if want := was != graph.Reachable && is == graph.Reachable; told != want {
				t.Errorf("%v: %s -> %s is %v before and %v after; gained says %v", texts, q, to.To, was, is, told)
			}
			told = tells(d.Lost, to, ip)
			if want := was == graph.Reachable && is == graph.Blocked; told != want {
				t.Errorf("%v: %s -> %s is %v before and %v after; lost says %v", texts, q, to.To, was, is, told)
			}
		}
	}
}

func tells(list []diff.Change, to diff.Change, ip string) bool {
	return slices.ContainsFunc(list, func(c diff.Change) bool {
		return c.To == to.To && c.Port == to.Port && c.Kind == "internet" && slices.ContainsFunc(c.From, func(f string) bool {
			return netip.MustParsePrefix(f).Contains(netip.MustParseAddr(ip))
		})
	})
}

// questions are single questions about the ends of what changed.
func questions(c diff.Change, from string) []string {
	ends := func(cidr string) []netip.Addr {
		p, _ := netset.ParseCIDR(cidr)
		return netset.Of(p).Bounds()
	}
	switch c.Kind {
	case "internet":
		var out []string
		for _, a := range ends(from) {
			out = append(out, "internet:"+a.String())
		}
		return out
	case "vpc":
		vpc, cidr, _ := strings.Cut(from, "/")
		var out []string
		for _, a := range ends(cidr) {
			out = append(out, "vpc:"+vpc+"/"+a.String())
		}
		return out
	case "host":
		return []string{"ecs:" + from}
	case "onprem":
		return []string{"onprem:" + from}
	}
	return nil
}

func ask(t *testing.T, g *graph.Graph, from string, c diff.Change) graph.Verdict {
	t.Helper()
	to := fmt.Sprintf("%s:%d", c.To, c.Port)
	if strings.HasPrefix(c.Entry, "kibana") {
		to = "kibana:" + strings.TrimPrefix(to, "es:")
	}
	a, err := g.Reach(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return a.Verdict
}

// What one direction gains, the other loses, as long as nothing is unknown.
func TestForthAndBack(t *testing.T) {
	s := open(t, "demo")
	for _, texts := range edits() {
		other := edit(t, s, texts...)
		forth, back := diff.Compare(side(s, config.Config{}), side(other, config.Config{})), diff.Compare(side(other, config.Config{}), side(s, config.Config{}))
		if len(forth.Unclear)+len(back.Unclear) > 0 {
			continue
		}
		a, _ := json.Marshal(forth.Gained)
		b, _ := json.Marshal(back.Lost)
		if string(a) != string(b) {
			t.Errorf("%v: gains %s, and back loses %s", texts, a, b)
		}
		if len(forth.Settings) != len(back.Settings) {
			t.Errorf("%v: %d settings differ, and %d back", texts, len(forth.Settings), len(back.Settings))
		}
	}
}

// A client that is not served any more, whatever the reason, is cut off.
func TestCutOff(t *testing.T) {
	s := open(t, "demo")
	c := config.Config{Clients: []config.Client{
		{Name: "office", CIDRs: []string{"203.0.113.0/24"}, Cluster: "es-cn-orderssearch1", Port: 9200},
		{Name: "elsewhere", CIDRs: []string{"203.0.113.0/24"}, Cluster: "es-cn-identaudit01", Port: 9200},
		{Name: "logs", CIDRs: []string{"203.0.113.0/24"}, Cluster: "es-cn-legacylogs01", Port: 9200},
	}}
	d := diff.Compare(side(s, c), side(edit(t, s, "set es-cn-orderssearch1.enablePublic=false", "remove listener:nlb-legacylogs00001:9200"), c))
	if !slices.Equal(d.CutOff, []string{"logs", "office"}) {
		t.Errorf("cut off: %v", d.CutOff)
	}
}

// Findings are told apart by their fingerprints, and change with their evidence.
func TestFindings(t *testing.T) {
	s := open(t, "clean")
	f := func(print, evidence string) finding.Finding {
		return finding.Finding{Rule: "ES-NET-001", Status: finding.Fail, Fingerprint: print, Evidence: []finding.Evidence{{Fingerprint: evidence}}}
	}
	old, new := side(s, config.Config{}), side(s, config.Config{})
	old.Findings = []finding.Finding{f("a", "1"), f("b", "1"), f("c", "1")}
	new.Findings = []finding.Finding{f("b", "1"), f("c", "2"), f("d", "1")}
	d := diff.Compare(old, new)
	if len(d.Findings.New) != 1 || d.Findings.New[0].Fingerprint != "d" || len(d.Findings.Gone) != 1 || d.Findings.Gone[0].Fingerprint != "a" ||
		len(d.Findings.Changed) != 1 || d.Findings.Changed[0].Fingerprint != "c" {
		t.Errorf("%+v", d.Findings)
	}
	unknown := f("e", "1")
	unknown.Status = finding.Unknown
	new.Findings = append(new.Findings, unknown)
	if d := diff.Compare(old, new); len(d.Findings.Gone) != 0 {
		t.Errorf("gone is what the rule cannot tell: %+v", d.Findings.Gone)
	}
	passed := f("a", "1")
	passed.Status = finding.Pass
	new.Findings = []finding.Finding{passed, f("b", "1"), f("c", "1")}
	if d := diff.Compare(old, new); len(d.Findings.New)+len(d.Findings.Changed) != 0 || len(d.Findings.Gone) != 1 {
		t.Errorf("one passes now: %+v", d.Findings)
	}
}

// Every setting that differs holds what stands there, before and after.
func TestSettingsHoldTheValues(t *testing.T) {
	s := open(t, "demo")
	other := edit(t, s, "set es-cn-orderssearch1.enablePublic=false", "remove es-cn-orderssearch1/PUBLIC_ES:tmp_migration:0.0.0.0/0")
	d := diff.Compare(side(s, config.Config{}), side(other, config.Config{}))
	if len(d.Settings) != 2 {
		t.Fatalf("%d settings differ: %v", len(d.Settings), d.Settings)
	}
	for _, x := range d.Settings {
		if x.After != nil && fmt.Sprint(x.After) != string(other.Root().Resolve(x.Pointer).AppendCompact(nil)) {
			t.Errorf("%s holds %v after", x.Pointer, x.After)
		}
		if x.After == nil && fmt.Sprint(x.Before) != string(s.Root().Resolve(x.Pointer).AppendCompact(nil)) {
			t.Errorf("%s holds %v before", x.Pointer, x.Before)
		}
	}
}

package change_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"esaudit/change"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/snapshot"
)

func demo(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	r, err := recording.Open("../testdata/estates/demo")
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parse(t *testing.T, text string) change.Edit {
	t.Helper()
	word, rest, _ := strings.Cut(text, " ")
	verb := map[string]change.Verb{"set": change.Set, "remove": change.Remove, "add": change.Add}[word]
	e, err := change.Parse(verb, rest)
	if err != nil {
		t.Fatal(err)
	}
	if e.String() != rest || e.Verb.String() != word {
		t.Fatalf("%s is written %s %s", text, e.Verb, e)
	}
	return e
}

func edited(t *testing.T, s *snapshot.Snapshot, texts ...string) *snapshot.Snapshot {
	t.Helper()
	var edits []change.Edit
	for _, text := range texts {
		edits = append(edits, parse(t, text))
	}
	out, err := change.Apply(s, edits...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every form of edit changes what it says, seen in a verdict.
func TestEditsChangeVerdicts(t *testing.T) {
	s := demo(t)
	for _, c := range []struct {
		edits    []string
		from, to string
		before   graph.Verdict
		after    graph.Verdict
	}{
		{[]string{"set es-cn-orderssearch1.enablePublic=false"}, "internet:203.0.113.9", "es:es-cn-orderssearch1:9200", graph.Reachable, graph.Blocked},
		{[]string{"remove es-cn-orderssearch1/PUBLIC_ES:tmp_migration:0.0.0.0/0"}, "internet:198.51.100.77", "es:es-cn-orderssearch1:9200", graph.Reachable, graph.Blocked},
		{[]string{"remove PUBLIC_ES:tmp_migration:0.0.0.0/0"}, "internet:198.51.100.77", "es:es-cn-orderssearch1:9200", graph.Reachable, graph.Blocked},
		{[]string{"remove es-cn-clickstream1/PUBLIC_ES:default:0.0.0.0/1"}, "internet:8.8.8.8", "es:es-cn-clickstream1:9200", graph.Reachable, graph.Blocked},
		{[]string{"remove es-cn-clickstream1/PUBLIC_ES:default:0.0.0.0/1"}, "internet:203.0.113.9", "es:es-cn-clickstream1:9200", graph.Reachable, graph.Reachable},
		{[]string{"set es-cn-identaudit01.enablePublic=true", "add es-cn-identaudit01/PUBLIC_ES:default:203.0.113.9"},
			"internet:203.0.113.9", "es:es-cn-identaudit01:9200", graph.Blocked, graph.Reachable},
		{[]string{"set es-cn-identaudit01.enablePublic=true", "add es-cn-identaudit01/PUBLIC_ES:new_group:203.0.113.0/24", "add es-cn-identaudit01/PUBLIC_ES:new_group:198.51.100.1"},
			"internet:198.51.100.1", "es:es-cn-identaudit01:9200", graph.Blocked, graph.Reachable},
		{[]string{"remove listener:nlb-legacylogs00001:9200"}, "internet:203.0.113.9", "lb:nlb-legacylogs00001:9200", graph.Reachable, graph.Blocked},
	} {
		if got := verdict(t, s, c.from, c.to); got != c.before {
			t.Errorf("%s -> %s is %v before, want %v", c.from, c.to, got, c.before)
		}
		after := edited(t, s, c.edits...)
		if got := verdict(t, after, c.from, c.to); got != c.after {
			t.Errorf("%v: %s -> %s is %v, want %v", c.edits, c.from, c.to, got, c.after)
		}
	}
}

func verdict(t *testing.T, s *snapshot.Snapshot, from, to string) graph.Verdict {
	t.Helper()
	a, err := graph.Build(s, config.Config{}).Reach(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return a.Verdict
}

// What is added and removed again leaves the estate as it was; no edit leaves
// it untouched.
func TestAddThenRemove(t *testing.T) {
	s := demo(t)
	for _, place := range []string{"es-cn-orderssearch1/PUBLIC_ES:tmp_migration:192.0.2.0/24", "es-cn-orderssearch1/PUBLIC_ES:default:2001:db8::/32"} {
		out := edited(t, s, "add "+place, "remove "+place)
		if out.Digest() != s.Digest() {
			t.Errorf("%s: the estate differs afterwards", place)
		}
		if edited(t, s, "add "+place).Digest() == s.Digest() {
			t.Errorf("add %s changes nothing", place)
		}
	}
	if edited(t, s).Digest() != s.Digest() {
		t.Error("no edits change the estate")
	}
}

// One element that holds several entries keeps the others.
func TestOneElementOfSeveralEntries(t *testing.T) {
	s := edited(t, demo(t), "remove es-cn-orderssearch1/PUBLIC_ES:tmp_migration:0.0.0.0/0", "add es-cn-orderssearch1/PUBLIC_ES:tmp_migration:192.0.2.1")
	both, err := change.Parse(change.Set, "es-cn-orderssearch1.publicIpWhitelist=[\"192.0.2.7, 192.0.2.8\"]")
	if err != nil {
		t.Fatal(err)
	}
	s, err = change.Apply(s, both)
	if err != nil {
		t.Fatal(err)
	}
	s = edited(t, s, "remove es-cn-orderssearch1/PUBLIC_ES:default:192.0.2.7/32")
	if got := verdict(t, s, "internet:192.0.2.8", "es:es-cn-orderssearch1:9200"); got != graph.Reachable {
		t.Errorf("the other entry: %v", got)
	}
	if got := verdict(t, s, "internet:192.0.2.7", "es:es-cn-orderssearch1:9200"); got != graph.Blocked {
		t.Errorf("the removed entry: %v", got)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"set x", "set a=b", "set =x.y", "remove x", "remove PUBLIC_ES:default", "remove PUBLIC_ES::1.2.3.4", "remove es-1/sg:a:b", "remove /PUBLIC_ES:a:1.2.3.4",
		"remove FOO:default:1.2.3.4", "add sg:a:b", "add listener:a:1", "add dnat:a:b", "add PUBLIC_ES:default:nonsense", "add PUBLIC_ES:default:1.2.3.4,5.6.7.8",
		"add acl:a:nonsense", "remove listener:lb:x", "remove listener:lb:70000", "remove listener:lb:09200",
	} {
		word, rest, _ := strings.Cut(text, " ")
		verb := map[string]change.Verb{"set": change.Set, "remove": change.Remove, "add": change.Add}[word]
		if _, err := change.Parse(verb, rest); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}

// What the estate does not have is an error that says what it has.
func TestApplyRefuses(t *testing.T) {
	s := demo(t)
	for text, says := range map[string]string{
		"set nobody.enablePublic=false":                              "es-cn-orderssearch1",
		"set es-cn-orderssearch1.enablePublik=false":                 "enablePublic",
		"set es-cn-orderssearch1.enablePublic=flase":                 "another kind",
		"remove nobody/PUBLIC_ES:default:0.0.0.0/0":                  "es-cn-orderssearch1",
		"remove es-cn-orderssearch1/PUBLIC_ES:tmp_migration:9.9.9.9": "0.0.0.0/0",
		"remove sg:nobody:x":                                         "sg-",
		"remove acl:nobody:1.2.3.4":                                  "no ACL",
		"remove listener:nlb-legacylogs00001:9999":                   "9200",
		"remove listener:nobody:9200":                                "nlb-legacylogs00001",
		"remove dnat:nobody:x":                                       "NAT gateway",
	} {
		_, err := change.Apply(s, parse(t, text))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want a word of %q", text, err, says)
		}
	}
}

// contradicted is the demo with a second answer about its clusters, in which
// words stand for others.
func contradicted(t *testing.T, words ...string) *snapshot.Snapshot {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"recording.json", "calls.jsonl"} {
		text, err := os.ReadFile(filepath.Join("../testdata/estates/demo", name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, `"operation":"DescribeInstance"`) && strings.Contains(line, `"InstanceId":"es-cn-orderssearch1"`) {
				text = append(text, strings.NewReplacer(words...).Replace(line)...)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	if s.Root().Contradictions() == 0 {
		t.Fatal("no answers contradict each other")
	}
	return s
}

// A field that answers contradict each other in can be set, and is known then.
func TestSetSettlesAContradiction(t *testing.T) {
	s := contradicted(t, `"enablePublic":true`, `"enablePublic":false`)
	from, to := "internet:203.0.113.9", "es:es-cn-orderssearch1:9200"
	if got := verdict(t, s, from, to); got != graph.Unknown {
		t.Fatalf("before: %v", got)
	}
	for value, want := range map[string]graph.Verdict{"false": graph.Blocked, "true": graph.Reachable} {
		after := edited(t, s, "set es-cn-orderssearch1.enablePublic="+value)
		if got := verdict(t, after, from, to); got != want {
			t.Errorf("set to %s: %v, want %v", value, got, want)
		}
		if o := after.Accounts()[0].Objects(snapshot.Cluster); slices.ContainsFunc(o, func(o snapshot.Object) bool { return o.Aspect(snapshot.Contradictions).Exists() }) {
			t.Errorf("set to %s: a contradiction is still counted", value)
		}
	}
	if _, err := change.Apply(s, parse(t, "set es-cn-orderssearch1.enablePublic=7")); err == nil || !strings.Contains(err.Error(), "is false or true now") {
		t.Errorf("a number for a switch: %v", err)
	}
}

// An entry that comes or goes settles nothing else that answers contradict each
// other in; where they say the same after it, they no longer do.
func TestEditsKeepContradictions(t *testing.T) {
	s := contradicted(t, `"ips":["0.0.0.0/0"]`, `"ips":["0.0.0.0/0","8.8.8.8"]`)
	to := "es:es-cn-orderssearch1:9200"
	everybody := "remove es-cn-orderssearch1/PUBLIC_ES:tmp_migration:0.0.0.0/0" // whom both answers let in
	for _, edit := range []string{"add es-cn-orderssearch1/PUBLIC_ES:default:9.9.9.9", "add es-cn-orderssearch1/PUBLIC_ES:new:9.9.9.9", "remove es-cn-orderssearch1/PUBLIC_ES:default:203.0.113.0/24"} {
		after := edited(t, edited(t, s, edit), everybody)
		if got := verdict(t, after, "internet:8.8.8.8", to); got != graph.Unknown {
			t.Errorf("%s: 8.8.8.8 is %v, want unknown", edit, got)
		}
		if after.Root().Contradictions() == 0 {
			t.Errorf("%s settles a contradiction", edit)
		}
	}
	agreed := edited(t, s, "remove es-cn-orderssearch1/PUBLIC_ES:tmp_migration:8.8.8.8")
	if agreed.Root().Contradictions() != 0 {
		t.Error("answers that say the same contradict each other")
	}
	if got := verdict(t, agreed, "internet:8.8.8.8", to); got != graph.Reachable {
		t.Errorf("8.8.8.8 is %v, want reachable", got)
	}
}

// An entry that is added comes to its group in each of several readings, whether
// the reading has that group or not; what is no list of groups stays as it is.
func TestAddReachesEveryReading(t *testing.T) {
	const (
		was  = `{"groupName":"tmp_migration","ips":["0.0.0.0/0"],"whiteIpType":"PUBLIC_ES"}`
		list = `"whiteIpGroupList":[`
	)
	for name, c := range map[string]struct {
		old, other, group string // what the second answer has instead
		want              []int  // how often the entry stands in each reading
	}{
		"both have the group": {was, `{"groupName":"tmp_migration","ips":["8.8.8.8"],"whiteIpType":"PUBLIC_ES"}`, "tmp_migration", []int{1, 1}},
		"one has the group":   {was, `{"groupName":"other","ips":["8.8.8.8"],"whiteIpType":"PUBLIC_ES"}`, "tmp_migration", []int{1, 1}},
		"none has the group":  {was, `{"groupName":"other","ips":["8.8.8.8"],"whiteIpType":"PUBLIC_ES"}`, "new", []int{1, 1}},
		"one has no list":     {list, `"whiteIpGroupList":7,"was":[`, "new", []int{0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			after := edited(t, contradicted(t, c.old, c.other), "add es-cn-orderssearch1/PUBLIC_ES:"+c.group+":9.9.9.9")
			var got []int
			for _, reading := range after.Accounts()[0].Object(snapshot.Cluster, "cn-hangzhou", "es-cn-orderssearch1").Attr("networkConfig", "whiteIpGroupList").Readings() {
				n := 0
				for _, group := range reading.Items() {
					if group.Get("groupName").Text() == c.group && group.Get("whiteIpType").Text() == "PUBLIC_ES" {
						n += len(slices.DeleteFunc(slices.Clone(group.Get("ips").Items()), func(ip *snapshot.Node) bool { return ip.Text() != "9.9.9.9" }))
					}
				}
				got = append(got, n)
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("the readings have the entry %v times, want %v", got, c.want)
			}
		})
	}
}

package cut_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"esaudit/change"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/cut"
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

// universe lists every single edit an estate allows that closes something.
func universe(t *testing.T, s *snapshot.Snapshot) []change.Edit {
	t.Helper()
	var out []change.Edit
	for _, a := range s.Accounts() {
		for _, c := range a.Objects(snapshot.Cluster) {
			for _, field := range []string{"enablePublic", "enableKibanaPublicNetwork", "enableKibanaPrivateNetwork"} {
				if on, _ := c.Attr(field).Bool(); on {
					out = append(out, change.TurnOff(c.ID, field))
				}
			}
			for field, list := range map[string]string{
				"publicIpWhitelist": graph.PublicES, "privateNetworkIpWhiteList": graph.PrivateES,
				"kibanaIPWhitelist": graph.PublicKibana, "kibanaPrivateIPWhitelist": graph.PrivateKibana,
			} {
				for _, ip := range c.Attr(field).Items() {
					for _, piece := range netset.ParseWhitelist(ip.Text()) {
						out = append(out, change.RemoveEntry(c.ID, list, "default", piece.Text))
					}
				}
			}
			for _, g := range c.Attr("networkConfig", "whiteIpGroupList").Items() {
				for _, ip := range g.Get("ips").Items() {
					for _, piece := range netset.ParseWhitelist(ip.Text()) {
						out = append(out, change.RemoveEntry(c.ID, g.Get("whiteIpType").Text(), g.Get("groupName").Text(), piece.Text))
					}
				}
			}
		}
		for _, kind := range []snapshot.Kind{snapshot.CLBListener, snapshot.NLBListener} {
			for _, l := range a.Objects(kind) {
				out = append(out, change.RemovePart("listener", l.Attr("LoadBalancerId").Text(), l.Attr("ListenerPort").Text()))
			}
		}
		for _, acl := range a.Objects(snapshot.CLBACL) {
			for _, e := range acl.Aspect(snapshot.Entries).Items() {
				out = append(out, change.RemovePart("acl", acl.ID, e.Get("AclEntryIP").Text()))
			}
		}
		for _, g := range a.Objects(snapshot.SecurityGroup) {
			for _, r := range g.Aspect(snapshot.Rules).Items() {
				if id := r.Get("SecurityGroupRuleId").Text(); id != "" {
					out = append(out, change.RemovePart("sg", g.ID, id))
				}
			}
		}
		for _, f := range a.Objects(snapshot.ForwardTable) {
			for _, e := range f.Aspect(snapshot.Entries).Items() {
				out = append(out, change.RemovePart("dnat", e.Get("NatGatewayId").Text(), e.Get("ForwardEntryId").Text()))
			}
		}
	}
	var usable []change.Edit
	for _, e := range out {
		if _, err := change.Apply(s, e); err == nil && !slices.ContainsFunc(usable, func(u change.Edit) bool { return u.String() == e.String() }) {
			usable = append(usable, e)
		}
	}
	return usable
}

// minimalSets tries every set of up to three edits and returns those that sever
// and of which no smaller one does.
func minimalSets(edits []change.Edit, severs func([]change.Edit) bool) []string {
	var found [][]string
	var try func(first int, chosen []change.Edit, size int)
	try = func(first int, chosen []change.Edit, size int) {
		if len(chosen) == size {
			texts := slices.Sorted(slices.Values(written(chosen)))
			within := func(f []string) bool {
				return !slices.ContainsFunc(f, func(e string) bool { return !slices.Contains(texts, e) })
			}
			if !slices.ContainsFunc(found, within) && severs(chosen) {
				found = append(found, texts)
			}
			return
		}
		for i := first; i < len(edits); i++ {
			try(i+1, append(slices.Clone(chosen), edits[i]), size)
		}
	}
	for size := 1; size <= cut.MaxEdits; size++ {
		try(0, nil, size)
	}
	var out []string
	for _, f := range found {
		out = append(out, strings.Join(f, " + "))
	}
	slices.Sort(out)
	return out
}

// written are edits as people write them.
func written(edits []change.Edit) []string {
	var out []string
	for _, e := range edits {
		out = append(out, e.String())
	}
	return out
}

// few leaves so few edits that every set of them can be tried in no time: those
// that were found, and others.
func few(all []change.Edit, found []string) []change.Edit {
	const enough = 11
	named := func(e change.Edit) bool {
		return slices.ContainsFunc(found, func(f string) bool { return slices.Contains(strings.Split(f, " + "), e.String()) })
	}
	slices.SortStableFunc(all, func(a, b change.Edit) int {
		switch {
		case named(a) == named(b):
			return 0
		case named(a):
			return -1
		}
		return 1
	})
	return all[:min(len(all), max(enough, len(strings.Split(strings.Join(found, " + "), " + "))))]
}

// insider is a host that gets to a target.
func insider(t *testing.T, s *snapshot.Snapshot, to string) string {
	t.Helper()
	g := graph.Build(s, config.Config{})
	for _, o := range s.Accounts()[0].Objects(snapshot.ECS) {
		if a, err := g.Reach("ecs:"+o.ID, to); err == nil && a.Verdict == graph.Reachable {
			return "ecs:" + o.ID
		}
	}
	t.Fatalf("no host gets to %s", to)
	return ""
}

// The search finds what trying everything finds.
func TestFindAgreesWithTryingEverything(t *testing.T) {
	cuts := 0
	for _, c := range []struct{ estate, from, to string }{
		{"p1-office", "internet:203.0.113.9", ""},
		{"net-001-open-group", "internet:198.51.100.9", ""},
		{"net-001-two-halves", "internet:8.8.8.8", ""},
		{"p5-published", "internet:203.0.113.9", ""},
		{"p6-forwarded", "internet:203.0.113.9", ""},
		{"p2-same-vpc", "ecs", ""},
	} {
		s := open(t, c.estate)
		account := s.Accounts()[0]
		from, to := c.from, "es:"+account.Objects(snapshot.Cluster)[0].ID+":9200"
		if from == "ecs" {
			from = insider(t, s, to)
		}
		d, err := cut.Find(t.Context(), graph.Build(s, config.Config{}), from, to)
		if err != nil {
			t.Errorf("%s: %v", c.estate, err)
			continue
		}
		var got []string
		for _, x := range d.Cuts {
			got = append(got, strings.Join(x.Edits, " + "))
		}
		slices.Sort(got)
		edits := universe(t, s)
		if os.Getenv("ESAUDIT_LONG") == "" {
			edits = few(edits, got)
		}
		want := minimalSets(edits, func(chosen []change.Edit) bool {
			edited, err := change.Apply(s, chosen...)
			if err != nil {
				return false
			}
			a, err := graph.Build(edited, config.Config{}).Reach(from, to)
			return err != nil || a.Verdict == graph.Blocked
		})
		cuts += len(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s, %d edits:\n found %q\n trying everything finds %q", c.estate, len(edits), got, want)
		}
	}
	if cuts < 8 {
		t.Errorf("only %d cuts were looked for", cuts)
	}
}

func TestFindRefuses(t *testing.T) {
	g := graph.Build(open(t, "demo"), config.Config{})
	d, err := cut.Find(t.Context(), g, "internet:203.0.113.9", "es:es-cn-identaudit01:9200")
	if err != nil || !d.Blocked || len(d.Cuts) != 0 {
		t.Errorf("what is blocked already: %+v, %v", d, err)
	}
	for _, q := range [][2]string{{"nonsense", "es:x:1"}, {"internet:1.1.1.1", "es:nobody:9200"}} {
		if _, err := cut.Find(t.Context(), g, q[0], q[1]); err == nil {
			t.Errorf("%v is accepted", q)
		}
	}
}

package facts_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// What BuildChanged leaves out is the same in both pictures, and what it does not
// is what Build says. Values anywhere in a few clusters are other ones, and the
// second picture may be a later one.
func TestBuildChangedLeavesOutWhatIsTheSame(t *testing.T) {
	seeds, left, later, changed := uint64(24), 0, 0, 0
	timeless := func(text []byte) []byte { return regexp.MustCompile(`"taken_at":"[^"]*"`).ReplaceAll(text, nil) }
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 400
	}
	for seed := range seeds {
		e := wild.New(seed)
		part, declared := e.Part, config.Config{}
		switch seed % 4 {
		case 1:
			part = estate.Large(8, seed).Part()
		case 2:
			declared = e.Config
		}
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			t.Fatal(err)
		}
		old := graph.Build(s, declared)
		r := rand.New(rand.NewPCG(seed, 12))
		for range 12 {
			other, err := snapshot.New(altered(r, s))
			if err != nil {
				continue
			}
			again := r.IntN(3) == 0
			if again {
				other = delayed(t, other, time.Duration(1+r.IntN(200*24))*time.Hour)
			}
			new := graph.Build(other, declared)
			before, after := facts.BuildChanged(old, new, sure, "elasticsearch", "endpoint", "region")
			a, b := subjects(t, facts.Build(old)), subjects(t, facts.Build(new))
			x, y := subjects(t, before), subjects(t, after)
			if len(x) < len(a) {
				left++
				if again {
					later++
				}
			}
			for arn := range a {
				switch _, built := x[arn]; {
				case built && !bytes.Equal(x[arn], a[arn]):
					t.Errorf("seed %d: %s has other facts", seed, arn)
				case !built && !bytes.Equal(timeless(a[arn]), timeless(b[arn])):
					t.Errorf("seed %d: %s was left out:\n%s\n%s", seed, arn, a[arn], b[arn])
				case !bytes.Equal(timeless(a[arn]), timeless(b[arn])):
					changed++
				}
			}
			for arn := range b {
				if _, built := y[arn]; built && !bytes.Equal(y[arn], b[arn]) || !built && a[arn] == nil {
					t.Errorf("seed %d: %s has other facts, or was left out", seed, arn)
				}
			}
		}
	}
	t.Logf("%d pairs left something out, of which %d were read at two instants; %d subjects changed", left, later, changed)
	if left < 20 || later < 5 || changed < 20 {
		t.Error("too few")
	}
}

// sure reports whether everything was read that facts of an estate ask for.
func sure(s *snapshot.Snapshot) bool {
	again := s.Only(func(snapshot.Object) bool { return true })
	facts.Build(graph.Build(again, config.Config{}))
	return !slices.ContainsFunc(again.Accounts(), func(a *snapshot.Account) bool {
		network, _ := a.Doubts()
		return network
	})
}

// delayed is the same estate, read later.
func delayed(t *testing.T, s *snapshot.Snapshot, by time.Duration) *snapshot.Snapshot {
	t.Helper()
	instants := map[*snapshot.Node]*snapshot.Node{}
	for i, a := range s.Accounts() {
		instants[s.Root().Get("accounts").Items()[i].Get("takenAt")] = snapshot.NewString(a.TakenAt.Add(by).Format(time.RFC3339))
	}
	out, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return instants[n] }))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// How long a schedule leaves without a snapshot is known in one picture only where
// nobody knows when the other one was read.
func TestBuildChangedSeesThatThereIsNoInstant(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{estate.Large(4, 1).Part()})
	if err != nil {
		t.Fatal(err)
	}
	by := map[*snapshot.Node]*snapshot.Node{}
	for _, o := range s.Accounts()[0].Objects(snapshot.Cluster) {
		by[o.Aspect(snapshot.SnapshotSetting).Get("QuartzRegex")] = snapshot.NewString("0 0 1 ? * *")
	}
	var pair [2]*graph.Graph
	for i, instant := range []string{"0001-01-01T00:00:00Z", "2026-11-22T00:00:00Z"} {
		by[s.Root().Get("accounts").Items()[0].Get("takenAt")] = snapshot.NewString(instant)
		copied, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
		if err != nil {
			t.Fatal(err)
		}
		pair[i] = graph.Build(copied, config.Config{})
	}
	_, after := facts.BuildChanged(pair[0], pair[1], sure)
	built, changed := subjects(t, after), 0
	for arn, want := range subjects(t, facts.Build(pair[1])) {
		if !bytes.Contains(want, []byte(`"longest_hours":`)) {
			continue
		}
		if changed++; !bytes.Equal(built[arn], want) {
			t.Errorf("%s was left out", arn)
		}
	}
	if changed == 0 {
		t.Error("no schedule is known")
	}
}

// subjects are the subjects of a document by ARN, those of one ARN together, without
// the lines of hops: they move with what stands above them.
func subjects(t *testing.T, d facts.Document) map[string][]byte {
	t.Helper()
	out, lines := map[string][]byte{}, regexp.MustCompile(`"line":\d+`)
	for _, s := range d.Subjects {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		out[s.ARN] = append(out[s.ARN], lines.ReplaceAll(text, nil)...)
	}
	return out
}

// altered copies a snapshot with up to three texts or switches of clusters
// replaced by another of the same name somewhere else, or turned; or one cluster
// is frozen, or has no lists or no settings: others read these.
func altered(r *rand.Rand, s *snapshot.Snapshot) *snapshot.Node {
	var leaves []*snapshot.Node
	a := s.Accounts()[r.IntN(len(s.Accounts()))]
	for _, o := range a.Objects(snapshot.Cluster) {
		part := o.Node
		switch r.IntN(3) { // most leaves stand in aspects
		case 0:
			part = o.Attr()
		case 1:
			part = o.Attr("networkConfig", "whiteIpGroupList")
		}
		leaves = leavesOf(leaves, part)
	}
	by := map[*snapshot.Node]*snapshot.Node{}
	if list := a.Objects(snapshot.Cluster); len(list) > 0 && r.IntN(2) == 0 {
		switch o := list[r.IntN(len(list))]; r.IntN(3) {
		case 0:
			by[o.Attr("status")] = snapshot.NewString("inactive")
		case 1:
			by[o.Attr("networkConfig", "whiteIpGroupList")], by[o.Attr("privateNetworkIpWhiteList")] = snapshot.NewArray(), snapshot.NewArray()
		case 2:
			by[o.Attr("esConfig")] = snapshot.NewObject(nil)
		}
		return s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] })
	}
	for range 1 + r.IntN(3) {
		if len(leaves) == 0 {
			break
		}
		n := leaves[r.IntN(len(leaves))]
		if on, ok := n.Bool(); ok {
			by[n] = snapshot.NewBool(!on)
			continue
		}
		by[n] = snapshot.NewString("")
		for range 20 {
			if m := leaves[r.IntN(len(leaves))]; m.Key() == n.Key() && !m.Equal(n) {
				by[n] = m.Clone(nil)
			}
		}
	}
	return s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] })
}

func leavesOf(out []*snapshot.Node, n *snapshot.Node) []*snapshot.Node {
	if n.Kind() < snapshot.Array && n.Exists() {
		out = append(out, n)
	}
	for _, item := range n.Items() {
		out = leavesOf(out, item)
	}
	return out
}

// A cluster that gets to another one through an endpoint reads its list: what it
// needs outside is built again when that list changes.
func TestBuildChangedSeesWhoReadsAList(t *testing.T) {
	r, err := recording.Open("../testdata/estates/e1-reindex")
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	old, others := graph.Build(s, config.Config{}), 0
	for _, c := range s.Accounts()[0].Objects(snapshot.Cluster) {
		by := map[*snapshot.Node]*snapshot.Node{c.Attr("networkConfig", "whiteIpGroupList"): snapshot.NewArray(), c.Attr("privateNetworkIpWhiteList"): snapshot.NewArray()}
		shut, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
		if err != nil {
			t.Fatal(err)
		}
		new := graph.Build(shut, config.Config{})
		_, after := facts.BuildChanged(old, new, sure)
		built := subjects(t, after)
		a, b := subjects(t, facts.Build(old)), subjects(t, facts.Build(new))
		for arn := range b {
			if bytes.Equal(a[arn], b[arn]) {
				continue
			}
			if !bytes.Equal(built[arn], b[arn]) {
				t.Errorf("%s shut: %s was left out", c.ID, arn)
			}
			if !strings.Contains(arn, c.ID) {
				others++
			}
		}
		if len(built) == len(b) {
			t.Errorf("%s shut: everything was built", c.ID)
		}
	}
	if others == 0 {
		t.Error("no list is read by another cluster")
	}
}

// Two clusters may name one endpoint: it is a subject of both. When one of them
// changes, both are built.
func TestBuildChangedSeesWhoSharesAnEndpoint(t *testing.T) {
	r, err := recording.Open("../testdata/estates/e1-reindex")
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	clusters := s.Accounts()[0].Objects(snapshot.Cluster)
	from := slices.IndexFunc(clusters, func(o snapshot.Object) bool { return len(o.Aspect(snapshot.VPCEndpoints).Items()) > 0 })
	other := slices.IndexFunc(clusters, func(o snapshot.Object) bool { return len(o.Aspect(snapshot.VPCEndpoints).Items()) == 0 })
	if from < 0 || other < 0 {
		t.Fatal("the story has no endpoint, or no cluster without one")
	}
	endpoints := clusters[from].Aspect(snapshot.VPCEndpoints)
	nowhere := func() *snapshot.Node { // or its load balancer would lead to both
		return endpoints.Clone(func(n *snapshot.Node) *snapshot.Node {
			if n.Key() == "serviceId" {
				return snapshot.NewString("epsrv-nobody")
			}
			return nil
		})
	}
	of := func(tags string) *graph.Graph {
		by := map[*snapshot.Node]*snapshot.Node{
			endpoints: nowhere(), clusters[other].Aspect(snapshot.VPCEndpoints): nowhere(),
			clusters[from].Attr("tags"): snapshot.NewArray(snapshot.NewObject(map[string]*snapshot.Node{
				"tagKey": snapshot.NewString("team"), "tagValue": snapshot.NewString(tags),
			})),
		}
		shared, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
		if err != nil {
			t.Fatal(err)
		}
		return graph.Build(shared, config.Config{})
	}
	old, new := of("search"), of("orders")
	_, after := facts.BuildChanged(old, new, sure)
	built, want := subjects(t, after), subjects(t, facts.Build(new))
	arn := "acs:privatelink:cn-hangzhou:1234567890123456:vpcendpoint/" + endpoints.Items()[0].Get("endpointId").Text()
	if bytes.Count(want[arn], []byte(`"arn":"`+arn)) != 2 {
		t.Fatalf("no two subjects %s: %s", arn, want[arn])
	}
	if !bytes.Equal(built[arn], want[arn]) {
		t.Errorf("%s:\n%s\nwant\n%s", arn, built[arn], want[arn])
	}
	if len(built) == len(want) {
		t.Error("everything was built")
	}
}

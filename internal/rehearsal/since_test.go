package rehearsal

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"time"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/snapshot"
	"github.com/google/go-cmp/cmp"
)

const describeInstance = "elasticsearch.DescribeInstance"

// sinceClusters are the clusters of the estate.
func sinceClusters(t *testing.T, p recording.Part) (ids []string) {
	t.Helper()
	for _, o := range assemble(t, p).Accounts()[0].Objects(snapshot.Cluster) {
		ids = append(ids, o.ID)
	}
	return ids
}

// taken collects an account as it is served, and what was taken over of an
// earlier picture of it.
func taken(t *testing.T, p recording.Part, since *snapshot.Account) (part recording.Part, carried map[string]bool) {
	t.Helper()
	stage := serve(t, p, "")
	defer stage.server.Close()
	part, err := collector.Collect(t.Context(), stage.way, collector.Options{Account: p.Account, Home: p.Regions[0], Since: since})
	if err != nil {
		t.Fatal(err)
	}
	carried = map[string]bool{}
	for _, a := range part.Answers {
		if a.AsOf != "" {
			carried[a.Params["InstanceId"]] = true
		}
	}
	return part, carried
}

// unmarked is a snapshot without the marks of what was taken over.
func unmarked(s *snapshot.Snapshot) string {
	marks := regexp.MustCompile(`(?m)^ +"asOf": \{\n(?: +"[^"]+": "[^"]+",?\n)+ +\},\n`)
	return marks.ReplaceAllString(string(s.Canonical()), "")
}

// ignored leaves out the lines at which evidence stands: the marks move them.
func ignored() cmp.Option {
	return cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Line" }, cmp.Ignore())
}

// changes are what happens to a cluster between two runs: what the vendor
// documents a time of change for, with that time, and what it does not.
func changes(id string, at time.Time) map[string][]estate.Edit {
	stamp := at.UTC().Format("2006-01-02T15:04:05.000Z")
	both := func(field string, value any) []estate.Edit {
		return []estate.Edit{
			{Call: describeInstance + " " + id, Set: map[string]any{"/Result/" + field: value}},
			{Call: "elasticsearch.ListInstance", Set: map[string]any{"/Result/instanceId=" + id + "/" + field: value}},
		}
	}
	described := func(field string, value any) []estate.Edit {
		return append(both("updatedAt", stamp), estate.Edit{Call: describeInstance + " " + id, Set: map[string]any{"/Result/" + field: value}})
	}
	return map[string][]estate.Edit{
		"a whitelist":          described("publicIpWhitelist", []any{"203.0.113.0/24", "0.0.0.0/0"}),
		"a switch":             described("enablePublic", true),
		"a setting":            described("esConfig", map[string]any{"xpack.watcher.enabled": "true"}),
		"its name, unstamped":  both("description", "renamed"),
		"a tag, unstamped":     both("tags", []any{map[string]any{"tagKey": "owner", "tagValue": "nobody"}}),
		"on its way":           both("status", "activating"),
		"Kibana's settings":    {{Call: "elasticsearch.DescribeKibanaSettings " + id, Set: map[string]any{"/Result": map[string]any{"server.ssl.enabled": "false"}}}},
		"its dynamic settings": {{Call: "elasticsearch.DescribeDynamicSettings " + id, Set: map[string]any{"/Result": `{"persistent":{"a":"b"},"transient":{}}`}}},
		"released": {
			{Call: "elasticsearch.ListInstance", Remove: []string{"/Result/instanceId=" + id}},
		},
	}
}

// Whatever changed, a picture of which unchanged parts were taken over from an
// earlier one is the picture that asking for everything gives, but for the mark of
// what was taken over; nothing that was released is in it; and what changed or may
// have was asked again.
func TestSince(t *testing.T) {
	base := estate.Large(4, 2).Part()
	clusters := sinceClusters(t, base)
	rounds := 4
	if long() {
		rounds = 100
	}
	first, _ := taken(t, base, nil)
	old := assemble(t, first).Accounts()[0]
	for round := range rounds {
		random := rand.New(rand.NewPCG(uint64(round), 11))
		now := base
		now.TakenAt = base.TakenAt.Add(time.Duration(1+random.IntN(72)) * time.Hour)
		changed := map[string]string{}
		for i, id := range clusters {
			all := changes(id, base.TakenAt.Add(30*time.Minute))
			what := append(slices.Sorted(maps.Keys(all)), "")[(random.IntN(2)+i+round*len(clusters))%(len(all)+1)]
			var err error
			if now, err = estate.Apply(now, all[what]); err != nil {
				t.Fatal(err)
			}
			changed[id] = what
		}
		part, carried := taken(t, now, old)
		full, none := taken(t, now, nil)
		if len(none) > 0 {
			t.Fatalf("%v taken over of nothing", none)
		}
		mine, theirs := assemble(t, part), assemble(t, full)
		if d := cmp.Diff(string(theirs.Canonical()), unmarked(mine)); d != "" {
			t.Fatalf("after %v: %s", changed, d)
		}
		if d := cmp.Diff(judge(t, theirs), judge(t, mine), ignored()); d != "" {
			t.Fatalf("after %v the audits differ: %s", changed, d)
		}
		for _, id := range clusters {
			what := changed[id]
			unchanged := what == "" || what == "Kibana's settings" || what == "its dynamic settings"
			if carried[id] != unchanged {
				t.Errorf("%s (%s) taken over: %v", id, what, carried[id])
			}
		}
		again := assemble(t, part).Accounts()[0]
		for id := range carried {
			call := snapshot.Call{Region: base.Regions[0], Product: "elasticsearch", Operation: "DescribeInstance", Subject: id}
			if !again.ReadAt(call).Equal(old.TakenAt) {
				t.Errorf("%s is marked as of %v, not %v", id, again.ReadAt(call), old.TakenAt)
			}
		}
	}
}

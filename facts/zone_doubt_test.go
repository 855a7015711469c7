package facts_test

import (
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// A host of a link, which settings name with its zone, leaves a doubt: it cannot be read,
// and may be any cluster's. The same address without a zone leaves none.
func TestHostsOfALinkLeaveADoubt(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{estate.Large(26, 1).Part()})
	if err != nil {
		t.Fatal(err)
	}
	settings := s.Accounts()[0].Objects(snapshot.Cluster)[0].Attr("esConfig")
	for host, want := range map[string]bool{"[fd00::1%eth0]:9200": true, "[fd00::1]:9200": false} {
		fields := settings.Clone(nil).Fields()
		fields["reindex.remote.whitelist"] = snapshot.NewString(host)
		edited, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node {
			if n == settings {
				return snapshot.NewObject(fields)
			}
			return nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		facts.Build(graph.Build(edited, config.Config{}))
		if doubt, _ := edited.Accounts()[0].Doubts(); doubt != want {
			t.Errorf("%s leaves a doubt: %v", host, doubt)
		}
	}
}

package audit_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/estate"
	"esaudit/locality"
	"esaudit/snapshot"
)

// What an object names may be a cluster that nothing joins with it: parts that stand for
// themselves are not told of it, so it is not taken for one.
func TestWhatIsNamedFarAwayIsKnown(t *testing.T) {
	declared := config.Config{}
	s, err := collector.Assemble([]recording.Part{estate.Large(60, 1).Part()})
	if err != nil {
		t.Fatal(err)
	}
	a := s.Accounts()[0]
	near := a.Objects(snapshot.Cluster)[0]
	parts := locality.Divide(s, declared)
	apart := func(o snapshot.Object) bool {
		i, _ := parts.Of(o)
		j, _ := parts.Of(near)
		return i != j
	}
	clusters := a.Objects(snapshot.Cluster)
	at := slices.IndexFunc(clusters, apart)
	if at < 0 {
		t.Fatal("all clusters are in one part")
	}
	far := clusters[at]
	setting := func(host string) map[*snapshot.Node]*snapshot.Node {
		config := near.Attr("esConfig").Clone(nil).Fields()
		config["reindex.remote.whitelist"] = snapshot.NewString(host)
		return map[*snapshot.Node]*snapshot.Node{near.Attr("esConfig"): snapshot.NewObject(config)}
	}
	listed := func(address string) map[*snapshot.Node]*snapshot.Node {
		list := snapshot.NewArray(snapshot.NewString(address))
		group := map[string]*snapshot.Node{"groupName": snapshot.NewString("default"), "ips": list, "whiteIpType": snapshot.NewString("PUBLIC_ES")}
		return map[*snapshot.Node]*snapshot.Node{
			near.Attr("publicIpWhitelist"):                 list,
			near.Attr("networkConfig", "whiteIpGroupList"): snapshot.NewArray(snapshot.NewObject(group)),
		}
	}
	public := ""
	for _, eip := range a.Objects(snapshot.EIP) {
		if apart(eip) {
			public = eip.Attr("IpAddress").Text()
		}
	}
	var b [4]byte
	if _, err := fmt.Sscanf(public, "%d.%d.%d.%d", &b[0], &b[1], &b[2], &b[3]); err != nil {
		t.Fatal(err)
	}
	for name, by := range map[string]map[*snapshot.Node]*snapshot.Node{
		"a domain in capitals":            setting(strings.ToUpper(far.Attr("domain").Text()) + ":9200"),
		"an address of IPv4 in one of v6": listed(fmt.Sprintf("::ffff:%x:%x", int(b[0])<<8|int(b[1]), int(b[2])<<8|int(b[3]))),
	} {
		edited, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
		if err != nil {
			t.Fatal(err)
		}
		want := reported(t, edited, audit.Options{Config: declared, All: true, Optional: true})
		if bytes.Equal(want, reported(t, s, audit.Options{Config: declared, All: true, Optional: true})) {
			t.Errorf("%s changes nothing", name)
		}
		c := openCache(t, t.TempDir(), "secret")
		o := audit.Options{Config: declared, All: true, Optional: true, Cache: c.Cache}
		reported(t, s, o)
		if got := reported(t, edited, o); !bytes.Equal(got, want) || len(c.notes) > 0 {
			t.Errorf("%s, with a cache: %s; notes %q", name, firstDifference(got, want), c.notes)
		}
		if got := reported(t, edited, audit.Options{Config: declared, All: true, Optional: true, Batch: 1}); !bytes.Equal(got, want) {
			t.Errorf("%s, in batches: %s", name, firstDifference(got, want))
		}
	}
}

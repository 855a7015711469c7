package audit_test

import (
	"bytes"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// Two subjects of one name, as an endpoint that two clusters list, are told apart with a
// cache as they are without: each is of the group and has the tags of its own.
func TestCacheTellsTwinsApart(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{estate.Large(60, 3).Part()})
	if err != nil {
		t.Fatal(err)
	}
	type listed struct{ endpoint, tag string }
	var all []listed
	for _, c := range s.Accounts()[0].Objects(snapshot.Cluster) {
		tag := c.Attr("tags").Items()
		for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
			if len(tag) > 0 {
				all = append(all, listed{e.Get("endpointId").Text(), tag[0].Get("tagKey").Text() + "=" + tag[0].Get("tagValue").Text()})
			}
		}
	}
	compared := 0
	for i := range all {
		for j := range i {
			x, y := all[i], all[j]
			if x.tag == y.tag || compared > 6 {
				continue
			}
			compared++
			twins, err := snapshot.Parse(bytes.ReplaceAll(s.Canonical(), []byte(y.endpoint), []byte(x.endpoint)))
			if err != nil {
				t.Fatal(err)
			}
			for _, tags := range [][]string{{x.tag}, {y.tag}, nil} {
				o := audit.Options{All: true, OwnerTag: "owner", Tags: tags}
				want := reported(t, twins, o)
				o.Cache = openCache(t, t.TempDir(), "secret").Cache
				for range 2 {
					if got := reported(t, twins, o); !bytes.Equal(got, want) {
						t.Fatalf("%s of %s and %s: %s", x.endpoint, x.tag, y.tag, firstDifference(got, want))
					}
				}
			}
		}
	}
	if compared == 0 {
		t.Error("no two endpoints of clusters with other tags")
	}
}

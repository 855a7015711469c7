package audit_test

import (
	"bytes"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
)

// A load balancer of the internet is in no VPC, so that an interface behind it may be one
// of any cluster: none of them is told apart from it.
func TestAnInterfaceInNoVPCIsKnownToAll(t *testing.T) {
	const region = "cn-hangzhou"
	e := estate.Large(40, 1)
	at := e.VPC(region, "vpc-bp1public", "10.244.0.0/16").VSwitch("vsw-bp1public", region+"-h", "10.244.0.0/16")
	before, err := collector.Assemble([]recording.Part{e.Part()})
	if err != nil {
		t.Fatal(err)
	}
	lb := at.CLB("lb-bp1public", 5, region+"-i", estate.With("VpcId", "")).Public("47.9.9.9")
	lb.Listen("tcp", 9200, lb.Group("rsp-bp1public", estate.Server{ID: "eni-bp1public", Type: "eni", IP: "10.244.0.9", Port: 9200, Weight: 100}))
	after, err := collector.Assemble([]recording.Part{e.Part()})
	if err != nil {
		t.Fatal(err)
	}
	plain := audit.Options{All: true, Optional: true}
	want := reported(t, after, plain)
	if bytes.Count(want, []byte("lb-bp1public")) < 40 {
		t.Error("not all clusters know the load balancer")
	}
	c := openCache(t, t.TempDir(), "secret")
	cached := audit.Options{All: true, Optional: true, Cache: c.Cache}
	reported(t, before, cached)
	if got := reported(t, after, cached); !bytes.Equal(got, want) || len(c.notes) > 0 {
		t.Errorf("with a cache: %s; notes %q", firstDifference(got, want), c.notes)
	}
	if got := reported(t, after, audit.Options{All: true, Optional: true, Batch: 1}); !bytes.Equal(got, want) {
		t.Errorf("in batches: %s", firstDifference(got, want))
	}
}

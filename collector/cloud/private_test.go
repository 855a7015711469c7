package cloud

import (
	"slices"
	"strings"
	"testing"
)

// Inside a VPC only what is there, or is nowhere, changes its host; with no region
// nothing does. Every private host is one of the vendor's network.
func TestSeenFrom(t *testing.T) {
	public := products()
	for _, from := range privateRegions("ecs") {
		within, err := seenFrom(from)
		if err != nil {
			t.Fatal(err)
		}
		for key, p := range within {
			for _, region := range []string{"cn-hangzhou", "cn-shanghai", "eu-central-1", "cn-nowhere", from} {
				host, named, err := p.host(region)
				before, namedBefore, _ := public[key].host(region)
				if err != nil || named != namedBefore {
					t.Fatalf("%s in %s from %s: %s, %v", key, region, from, named, err)
				}
				want := before
				if inside := private(key, from); inside != "" && (p.central != "" || region == from) {
					want = inside
				}
				if host != want {
					t.Errorf("%s in %s from a VPC of %s: asked at %s, want %s", key, region, from, host, want)
				}
				if host != before && !strings.Contains(host, "-vpc."+from+".") && !strings.Contains(host, ".vpc-proxy.") {
					t.Errorf("%s in %s from a VPC of %s: %s is no private host", key, region, from, host)
				}
			}
		}
	}
	if _, err := seenFrom("cn-nowhere"); err == nil {
		t.Error("a region without private endpoints is taken")
	}
}

// The table names regions of the vendor's form, each once, of products that are
// read; public tables are not changed by a look from inside.
func TestPrivateRegions(t *testing.T) {
	for key := range products() {
		list := privateRegions(key)
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("%s: regions are not sorted, or stand twice", key)
		}
		for _, region := range list {
			if !regionName.MatchString(region) || !slices.Contains(privateRegions("ecs"), region) && region != "cn-hangzhou-finance" {
				t.Errorf("%s: %q", key, region)
			}
		}
	}
	if got := len(privateRegions("vpcpeer")); got != 0 {
		t.Errorf("vpcpeer: %d regions", got)
	}
	for key, want := range map[string]string{
		"elasticsearch": "elasticsearch-vpc.cn-hangzhou.aliyuncs.com", "cbn": "cen.vpc-proxy.aliyuncs.com", "sts": "sts-vpc.cn-hangzhou.aliyuncs.com", "vpcpeer": "",
	} {
		if got := private(key, "cn-hangzhou"); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

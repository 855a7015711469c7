package facts

import (
	"net/netip"
	"testing"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/wild"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Of every address that somebody asks for the host is found that all interfaces and hosts
// say, value by value.
func TestHostsOfNamedAddresses(t *testing.T) {
	found, none := 0, 0
	someEstates(t, func(seed uint64, e wild.Estate, s *snapshot.Snapshot) {
		g := graph.Build(s, e.Config)
		paths, all := newScope(g), everyAddress(s)
		ask := func(p place, vpc, ip string) {
			got, _ := paths.hostAt(p, vpc, ip)
			if want := all[address{p, vpc, ip}]; got != want {
				t.Errorf("seed %d: %q has %s of %q, want %q", seed, got, ip, vpc, want)
			}
			if found++; got == "" {
				none++
			}
		}
		for _, b := range g.Balancers() {
			for _, l := range b.Listeners {
				for _, x := range l.Backends {
					if b.IsNetwork() {
						ask(placeOf(b.Object), l.VPC(), x.IP)
					}
				}
			}
		}
		for _, nat := range g.Gateways() {
			for _, entry := range nat.Entries {
				ask(placeOf(nat.Object), nat.Attr("VpcId").Text(), entry.Get("InternalIp").Text())
			}
		}
	})
	if none < 20 || found-none < 20 {
		t.Errorf("%d asked, %d of nobody: too few", found, none)
	}
}

// everyAddress are the hosts by all addresses that interfaces and hosts say.
func everyAddress(s *snapshot.Snapshot) map[address]string {
	out := map[address]string{}
	put := func(o snapshot.Object, vpc, host string, ip *snapshot.Node) {
		if vpc != "" && host != "" && ip.Text() != "" {
			out[address{placeOf(o), vpc, ip.Text()}] = host
		}
	}
	for _, a := range s.Accounts() {
		for _, o := range a.Objects(snapshot.ENI) {
			host, vpc := o.Attr("InstanceId").Text(), o.Attr("VpcId").Text()
			put(o, vpc, host, o.Attr("PrivateIpAddress"))
			for _, ip := range o.Attr("PrivateIpSets", "PrivateIpSet").Items() {
				put(o, vpc, host, ip.Get("PrivateIpAddress"))
			}
		}
		for _, o := range a.Objects(snapshot.ECS) {
			for _, ip := range o.Attr("VpcAttributes", "PrivateIpAddress", "IpAddress").Items() {
				put(o, o.Attr("VpcAttributes", "VpcId").Text(), o.ID, ip)
			}
		}
	}
	return out
}

// The addresses of a VPC are those that it and its vSwitches say, value by value.
func TestAddressesOfVPCs(t *testing.T) {
	found := 0
	someEstates(t, func(seed uint64, e wild.Estate, s *snapshot.Snapshot) {
		g := graph.Build(s, e.Config)
		near, ranges := newSurroundings(g), rangesOf(g)
		for id, o := range near.vpcs {
			own := []*snapshot.Node{o.Attr("CidrBlock"), o.Attr("Ipv6CidrBlock")}
			own = append(own, o.Attr("SecondaryCidrBlocks", "SecondaryCidrBlock").Items()...)
			if want := united(own); o.Attr("CidrBlock").Exists() && !ranges[located{placeOf(o), id}].Equal(want) {
				t.Errorf("seed %d: %s has %s, want %s", seed, id, ranges[located{placeOf(o), id}], want)
			}
			own = append(own, o.Attr("UserCidrs", "UserCidr").Items()...)
			for _, v := range objects(g, snapshot.VSwitch) {
				if v.Attr("VpcId").Text() == id {
					own = append(own, v.Attr("CidrBlock"), v.Attr("Ipv6CidrBlock"))
				}
			}
			if want := united(own); !near.blocks[id].Equal(want) {
				t.Errorf("seed %d: %s and its vSwitches have %s, want %s", seed, id, near.blocks[id], want)
			}
			found++
		}
	})
	if found < 100 {
		t.Errorf("%d VPCs only", found)
	}
}

// All of what a VPC says are its addresses, in either family.
func TestRangesOfAVPC(t *testing.T) {
	root, err := snapshot.ParseJSON([]byte(`{"schema": "esaudit.snapshot/v1", "accounts": [{"id": "1", "takenAt": "2026-01-01T00:00:00Z", "regions": ["r"], "coverage": [],
		"objects": {"vpc": {"r": {"vpc-1": {"attributes": {"CidrBlock": "10.0.0.0/16", "Ipv6CidrBlock": "fd00::/56", "SecondaryCidrBlocks": {"SecondaryCidrBlock": ["10.2.0.0/16"]}}},
			"vpc-2": {"attributes": {"Ipv6CidrBlock": "fd01::/56"}}}}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.New(root)
	if err != nil {
		t.Fatal(err)
	}
	ranges := rangesOf(graph.Build(s, config.Config{}))
	want := netset.Of(netip.MustParsePrefix("10.0.0.0/16"), netip.MustParsePrefix("10.2.0.0/16"), netip.MustParsePrefix("fd00::/56"))
	if got := ranges[located{place{s.Accounts()[0], "r"}, "vpc-1"}]; len(ranges) != 1 || !got.Equal(want) {
		t.Errorf("%v, want %s", ranges, want)
	}
}

func united(blocks []*snapshot.Node) netset.Set {
	var out []netip.Prefix
	for _, n := range blocks {
		if p, err := netset.ParseCIDR(n.Text()); err == nil {
			out = append(out, p)
		}
	}
	return netset.Of(out...)
}

package estate

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
)

// ClustersOfTeam is how many clusters share a VPC in a large estate.
const ClustersOfTeam = 3

// Large is an account of many clusters, made up from a seed: the same one gives
// the same bytes. About 33 objects of the snapshot belong to a cluster. Teams
// of three clusters have a VPC of their own with subnets in three zones, hosts,
// load balancers, an endpoint service and RAM users; eight teams in a row are
// peered like beads on a string. A part of everything is wrong, in the ways of
// the built-in rules.
func Large(clusters int, seed uint64) *Estate { return LargeIn(home, clusters, seed) }

// LargeIn is Large with another account's id. Accounts of other seeds have other
// addresses of the internet.
func LargeIn(account string, clusters int, seed uint64) *Estate {
	public := netip.AddrFrom4([4]byte{47, byte(96 + (seed-1)%128), 0, 0})
	l := &large{e: New(account, noon(), hangzhou), random: rand.New(rand.NewPCG(seed, 33)), public: public}
	l.reader, l.opener = l.e.SystemPolicy("AliyunElasticsearchReadOnlyAccess"), l.e.SystemPolicy("AliyunElasticsearchFullAccess")
	l.e.Trail("audit")
	for clusters > 0 {
		l.team(min(clusters, ClustersOfTeam))
		clusters -= ClustersOfTeam
	}
	return l.e
}

// large is what the teams of a large estate share.
type large struct {
	e              *Estate
	random         *rand.Rand
	public         netip.Addr // the last address of the internet that was given away
	teams          int
	before         *VPC
	reader, opener *Policy
}

// team is a VPC and what stands in it.
type team struct {
	*large
	name     string
	vpc      *VPC
	at       []*VSwitch
	groups   []*SecurityGroup
	hosts    []*ECS
	clusters []*Cluster
	used     int // addresses of each subnet that are given away
}

func (l *large) team(clusters int) {
	t := &team{large: l, name: fmt.Sprintf("team-%04d", l.teams), used: 10}
	t.network()
	l.teams++
	for range 3 * clusters {
		t.groups = append(t.groups, t.group())
	}
	for i := range 8 * clusters {
		t.host(i)
	}
	for i := range clusters {
		t.cluster(i)
	}
	t.extras()
	t.people(clusters)
}

// one in n.
func (l *large) one(n int) bool { return l.random.IntN(n) == 0 }

func pick[T any](l *large, from ...T) T { return from[l.random.IntN(len(from))] }

// id makes up an id as long as the vendor's.
func (l *large) id(prefix string) string {
	const letters = "0123456789abcdefghijklmnopqrstuvwxyz"
	var b strings.Builder
	b.WriteString(prefix)
	for range 15 {
		b.WriteByte(letters[l.random.IntN(len(letters))])
	}
	return b.String()
}

func (l *large) internetAddress() string {
	l.public = l.public.Next()
	return l.public.String()
}

// free gives away an address of a subnet, as its number.
func (t *team) free(n int) int {
	t.used += n
	return t.used - n
}

// network adds the VPC with its subnets, and joins it to the team before.
func (t *team) network() {
	second := t.teams % 250
	t.vpc = t.e.VPC(hangzhou, t.id("vpc-bp1"), fmt.Sprintf("10.%d.0.0/16", second), With("VpcName", t.name), With("Description", "network of "+t.name))
	for i, letter := range []string{"h", "i", "j"} {
		t.at = append(t.at, t.vpc.VSwitch(t.id("vsw-bp1"), zone(letter), fmt.Sprintf("10.%d.%d.0/24", second, i+1), With("VSwitchName", t.name+"-"+letter)))
	}
	if t.before != nil && t.teams%8 != 0 {
		peering := t.id("pcc-bp1")
		t.e.Peer(peering, t.before, t.vpc)
		t.before.Route(t.vpc.CIDR, "VpcPeer", peering)
		t.vpc.Route(t.before.CIDR, "VpcPeer", peering)
	}
	t.before = t.vpc
}

// extras adds what about one VPC in two has: a network ACL, a NAT gateway that
// sometimes forwards to a cluster, a flow log.
func (t *team) extras() {
	if t.one(2) {
		accept := ACLEntry{"accept", "all", "-1/-1", "0.0.0.0/0"}
		ssh := ACLEntry{"drop", "tcp", "22/22", "0.0.0.0/0"}
		t.vpc.NetworkACL(t.id("nacl-bp1"), []ACLEntry{ssh, accept}, []ACLEntry{accept}, t.at[t.random.IntN(3)])
	}
	if t.one(2) {
		t.vpc.FlowLog(t.id("fl-bp1"))
	}
	if t.one(3) {
		return
	}
	nat := t.vpc.NAT(t.id("ngw-bp1"), t.internetAddress())
	nat.Snat(t.at[0])
	t.vpc.Route("0.0.0.0/0", "NatGateway", nat.ID)
	if c := t.clusters[0]; t.one(8) {
		nat.Forward("tcp", "9200", c.Address(0), "9200")
	}
}

// group adds a security group with one to six rules.
func (t *team) group() *SecurityGroup {
	g := t.vpc.SecurityGroup(t.id("sg-bp1"), With("SecurityGroupName", t.name), With("Description", "hosts of "+t.name))
	g.Allow("TCP", "22/22", "10.0.0.0/8", With("Description", "bastion"))
	for range t.random.IntN(4) {
		port := pick(t.large, "80/80", "443/443", "8080/8090", "9100/9100")
		g.Allow("TCP", port, fmt.Sprintf("10.%d.%d.0/24", t.random.IntN(250), t.random.IntN(250)), With("Priority", pick(t.large, "1", "10", "50")))
	}
	switch {
	case t.one(12):
		g.Allow("TCP", pick(t.large, "9200/9200", "22/22", "1/65535"), "0.0.0.0/0")
	case t.one(6):
		g.AllowOut("ALL", "-1/-1", "0.0.0.0/0", With("Policy", "Drop"), With("Priority", "100"))
		g.AllowOut("TCP", "9200/9200", "10.0.0.0/8", With("Priority", "5"))
	case t.one(4):
		g.Allow("TCP", "9200/9300", t.vpc.CIDR)
	}
	return g
}

// host adds an ECS with one or two groups; some have an address of the internet.
func (t *team) host(i int) {
	groups := []*SecurityGroup{t.groups[i%len(t.groups)]}
	if t.one(4) {
		groups = append(groups, t.groups[(i+1)%len(t.groups)])
	}
	h := t.at[i%len(t.at)].ECS(t.id("i-bp1"), t.free(1), groups...)
	h.Set(With("InstanceName", fmt.Sprintf("%s-app-%02d", t.name, i)), With("Description", "application host of "+t.name))
	h.Set(hostDetails()...)
	if t.one(20) {
		h.EIP(t.id("eip-bp1"), t.internetAddress())
	}
	t.hosts = append(t.hosts, h)
}

// hostDetails are fields of DescribeInstances that say nothing of networks.
func hostDetails() []Set {
	return []Set{
		With("AutoReleaseTime", ""), With("ClusterId", ""), With("ExpiredTime", "2099-12-31T15:59Z"), With("ImageId", "aliyun_3_x64_20G_alibase_20230727.vhd"),
		With("CpuOptions", Body{"CoreCount": 1, "Numa": "ON", "ThreadsPerCore": 2}), With("CreditSpecification", ""), With("GPUAmount", 0), With("GPUSpec", ""),
		With("DedicatedHostAttribute", Body{"DedicatedHostId": "", "DedicatedHostClusterId": "", "DedicatedHostName": ""}),
		With("DedicatedInstanceAttribute", Body{"Affinity": "", "Tenancy": ""}), With("DeploymentSetId", ""), With("DeviceAvailable", true),
		With("EcsCapacityReservationAttr", Body{"CapacityReservationId": "", "CapacityReservationPreference": ""}),
		With("HibernationOptions", Body{"Configured": false}), With("HpcClusterId", ""), With("InstanceBandwidthRx", 0), With("InternetChargeType", "PayByTraffic"),
		With("InternetMaxBandwidthIn", -1), With("InternetMaxBandwidthOut", 0), With("IoOptimized", true), With("KeyPairName", ""), With("LocalStorageAmount", 0),
		With("MetadataOptions", Body{"HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 0, "HttpTokens": "required"}),
		With("OSNameEn", "Alibaba Cloud Linux  3.2104"), With("RdmaIpAddress", Body{"IpAddress": []string{}}), With("Recyclable", false),
		With("SaleCycle", ""), With("SerialNumber", "51d1353b-22bf-4567-a176-8b3e12e43135"), With("SpotPriceLimit", 0), With("SpotStrategy", "NoSpot"),
		With("StoppedMode", "Not-applicable"), With("VlanId", ""),
	}
}

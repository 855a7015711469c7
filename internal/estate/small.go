package estate

// small is the ground of a story about one thing: a VPC with subnets in two
// zones, a host, and one cluster.
type small struct {
	e       *Estate
	vpc     *VPC
	h, i    *VSwitch
	app     *ECS
	groups  *SecurityGroup
	cluster *Cluster
}

// one builds the ground with cluster es-cn-story000001.
func one(options ...ClusterOption) *small {
	s := ground(home)
	s.cluster = s.e.Cluster("es-cn-story000001", []*VSwitch{s.h, s.i}, append([]ClusterOption{Named("story")}, options...)...)
	return s
}

// ground builds the same without a cluster.
func ground(account string) *small {
	s := &small{e: New(account, noon(), hangzhou)}
	s.vpc = s.e.VPC(hangzhou, "vpc-bp1story", "10.10.0.0/16")
	s.h = s.vpc.VSwitch("vsw-bp1storyh", zone("h"), "10.10.1.0/24")
	s.i = s.vpc.VSwitch("vsw-bp1storyi", zone("i"), "10.10.2.0/24")
	s.groups = s.vpc.SecurityGroup("sg-bp1story")
	s.app = s.h.ECS("i-bp1story1", 10, s.groups)
	return s
}

// linked is a ground whose cluster logs people in through PrivateLink.
type linked struct {
	*small
	server   *ECS
	group    *SecurityGroup
	clb      *CLB
	service  *Service
	endpoint *Endpoint
}

// ldapThrough builds an LDAP realm through endpoint, service, a CLB in zone i and
// a directory server there; the endpoint is in the zone given.
func ldapThrough(from string, listener Set) *linked {
	l := &linked{small: one()}
	l.group = l.vpc.SecurityGroup("sg-bp1ldap").Allow("TCP", "636/636", "100.64.0.0/10")
	l.server = l.i.ECS("i-bp1ldap1", 12, l.group)
	l.clb = l.i.CLB("lb-bp1ldap", 20, zone("h"))
	l.clb.Listen("tcp", 636, l.clb.Group("rsp-bp1ldap", l.server.Server(636)), listener)
	l.service = l.e.Service(hangzhou, "epsrv-bp1ldap", "slb").CLB(l.clb)
	l.endpoint = l.cluster.Endpoint("ep-bp1ldap", l.service, from)
	l.cluster.Set(ldapRealm(l.endpoint.Domain() + ":636"))
	return l
}

// asIs changes nothing.
func asIs(Body) {}

// reindexed is a ground with an archive behind an NLB, to be reindexed from.
type reindexed struct {
	*small
	archive *Cluster
	nlb     *NLB
}

func archiveBehindNLB() *reindexed {
	r := &reindexed{small: one()}
	r.archive = r.e.Cluster("es-cn-archive00001", []*VSwitch{r.h, r.i}, Named("archive"), Exclusive2021(), Version("6.7_with_X-Pack"))
	r.nlb = r.vpc.NLB("nlb-archive00000001", []*VSwitch{r.h, r.i}, 30)
	return r
}

// publish puts a listener in front of the archive's nodes at a port.
func (r *reindexed) publish(listener, backend int, sets ...Set) *reindexed {
	id := map[int]string{9200: "sgp-archivehttp001", 9300: "sgp-archivetcp0001", 5601: "sgp-archivekib0001"}[backend]
	r.nlb.Listen("TCP", listener, r.vpc.ServerGroup(id, "Ip", r.archive.Servers(backend), sets...))
	return r
}

// reindex makes the story's cluster read from the archive at a port, through an
// endpoint in a zone to a service whose NLB is attached for some subnets.
func (r *reindexed) reindex(port, from string, attached ...*VSwitch) *reindexed {
	s := r.e.Service(hangzhou, "epsrv-bp1archive", "nlb").NLB(r.nlb, attached...)
	r.cluster.Set(reindexFrom(r.cluster.Endpoint("ep-bp1archive", s, from).Domain() + ":" + port))
	return r
}

// tell makes a story of one estate.
func tell(name, text string, e *Estate) Story {
	return Story{Name: name, Text: text, Accounts: []*Estate{e}}
}

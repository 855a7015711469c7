package estate

import "fmt"

// cluster adds a cluster with what leads to it and what it needs.
func (t *team) cluster(i int) {
	zones := t.at[:1+t.random.IntN(3)]
	id := t.id("es-cn-")[:6+9]
	options := []ClusterOption{
		First(t.free(8)), Named(fmt.Sprintf("%s-search-%d", t.name, i)), Owned(t.name),
		Version(pick(t.large, "7.10.0_with_X-Pack", "7.10.0_with_X-Pack", "8.5.1_with_X-Pack", "7.16_with_X-Pack", "6.7_with_X-Pack")),
		Whitelist(PrivateES, "default", t.subnets(zones)...), Whitelist(PrivateES, "applications", t.privateList(4+t.random.IntN(12))...),
		Whitelist(PublicKibana, "office", t.publicList(2)...),
	}
	switch {
	case t.one(5):
		options = append(options, Original())
	case t.one(5):
		options = append(options, Exclusive2021())
	}
	c := t.e.Cluster(id, zones, append(options, t.habits()...)...)
	c.plugins = append(c.plugins, "analysis-icu", "analysis-kuromoji", "mapper-attachments", "repository-oss", "elasticsearch-repository-oss")
	t.clusters = append(t.clusters, c)
	switch t.random.IntN(5) {
	case 0, 1:
		t.published(c)
	case 2:
		t.classic(c)
	case 3:
		t.directory(c)
	}
}

// habits are what a cluster's owner has changed, often for the worse.
func (t *team) habits() []ClusterOption {
	var out []ClusterOption
	if t.one(3) {
		out = append(out, Public(), Whitelist(PublicES, "default", t.publicList(3+t.random.IntN(10))...))
	}
	for _, habit := range []struct {
		rare   int
		option ClusterOption
	}{
		{12, Whitelist(PublicES, "tmp_migration", "0.0.0.0/0")},
		{12, HTTP()},
		{10, Field("enableKibanaPublicNetwork", true)},
		{15, Whitelist(PrivateES, "default", "0.0.0.0/0")},
		{15, Snapshot(false, "0 0 01 ? * * *")},
		{20, Yml("action.auto_create_index", "true")},
		{25, Yml("http.cors.enabled", "true")},
		{20, Yml("xpack.watcher.enabled", "true")},
		{25, NoYml("xpack.security.audit.enabled")},
		{6, Keystore("xpack.notification.email.account.ops.smtp.secure_password")},
	} {
		if t.one(habit.rare) {
			out = append(out, habit.option)
		}
	}
	return out
}

func (t *team) subnets(at []*VSwitch) []string {
	var out []string
	for _, s := range at {
		out = append(out, s.CIDR)
	}
	return out
}

// privateList is a whitelist as it grows in years: hosts, subnets, partners.
func (t *team) privateList(n int) []string {
	out := []string{}
	for range n {
		switch t.random.IntN(3) {
		case 0:
			out = append(out, fmt.Sprintf("10.%d.%d.0/24", t.random.IntN(250), t.random.IntN(250)))
		default:
			out = append(out, t.hosts[t.random.IntN(len(t.hosts))].IP)
		}
	}
	return out
}

func (t *team) publicList(n int) []string {
	out := []string{}
	for range n {
		if t.one(3) {
			out = append(out, fmt.Sprintf("203.%d.%d.0/24", t.random.IntN(110), t.random.IntN(250)))
			continue
		}
		out = append(out, fmt.Sprintf("120.%d.%d.%d", t.random.IntN(250), t.random.IntN(250), t.random.IntN(250)))
	}
	return out
}

// published puts a network load balancer in front of a cluster.
func (t *team) published(c *Cluster) {
	at := t.at[:2]
	lb := t.vpc.NLB(t.id("nlb-"), at, t.free(2), With("LoadBalancerName", t.name+"-search"))
	if t.one(10) {
		lb.Public(t.internetAddress(), t.internetAddress())
	}
	servers := c.Servers(9200)
	if t.one(10) {
		servers[0].Health = "Unhealthy"
	}
	lb.Listen("TCP", 9200, t.vpc.ServerGroup(t.id("sgp-"), "Ip", servers))
	if t.one(3) {
		lb.Listen("TCP", pick(t.large, 9300, 5601, 22), t.vpc.ServerGroup(t.id("sgp-"), "Ip", c.Servers(9300)))
	}
}

// classic puts a classic load balancer in front of a cluster.
func (t *team) classic(c *Cluster) {
	lb := t.at[0].CLB(t.id("lb-bp1"), t.free(1), zone("i"), With("LoadBalancerName", t.name+"-search"))
	var sets []Set
	switch {
	case t.one(10):
		lb.Public(t.internetAddress())
	case t.one(2):
		acl := t.id("acl-bp1")
		t.e.ACL(hangzhou, acl, t.subnets(t.at)...)
		sets = append(sets, White(acl))
	}
	lb.Listen("tcp", 9200, lb.Group(t.id("rsp-bp1"), c.Interfaces(9200)...), sets...)
}

// directory gives a cluster an LDAP realm behind a private connection.
func (t *team) directory(c *Cluster) {
	server := t.hosts[0]
	lb := t.at[0].CLB(t.id("lb-bp1"), t.free(1), zone("i"), With("LoadBalancerName", t.name+"-ldap"))
	lb.Listen("tcp", 636, lb.Group(t.id("rsp-bp1"), server.Server(636)))
	s := t.e.Service(hangzhou, t.id("epsrv-bp1"), "slb").CLB(lb)
	p := c.Endpoint(t.id("ep-bp1"), s, pick(t.large, zone("h"), zone("h"), zone("h"), zone("i")))
	if t.one(10) {
		p.Connection("Pending")
	}
	c.Set(ldapRealm(p.Domain() + ":636"))
}

// people adds the team's RAM users, their group and now and then a role.
func (t *team) people(clusters int) {
	var members []*User
	for i := range 4 * clusters {
		u := t.e.User(fmt.Sprintf("%s.member-%02d", t.name, i))
		switch t.random.IntN(8) {
		case 0, 1, 2:
			u.Console(!t.one(6), "2026-11-20T07:12:44Z")
		case 3, 4:
			made := pick(t.large, "2026-09-01T00:00:00Z", "2026-10-11T00:00:00Z", "2026-09-20T00:00:00Z", "2023-02-11T03:00:00Z")
			u.Key(t.id("LTAI5t"), "Active", made, "2026-11-21T23:58:10Z")
		}
		if t.one(20) {
			u.Attach(pick(t.large, t.opener, t.reader, t.reader))
		}
		members = append(members, u)
	}
	document := fmt.Sprintf(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["elasticsearch:Describe*","elasticsearch:List*"],"Resource":["acs:elasticsearch:*:*:instances/%s"]}]}`, t.clusters[0].ID)
	t.e.Group(t.name, members[:2*clusters]...).Attach(t.e.Policy("Custom", t.name+"-read", document))
	if t.one(3) {
		trust := `{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::` + home + `:root"]}}],"Version":"1"}`
		t.e.Role(t.name+"-deploy", trust).Attach(t.reader)
	}
}

package estate

// storiesOfJoinedVPCs are about clusters that are reached from another VPC.
func storiesOfJoinedVPCs() []Story {
	peered, far := neighbour()
	peered.e.Peer("pcc-bp1story", far, peered.vpc)
	far.Route("10.10.0.0/16", "VpcPeer", "pcc-bp1story")
	peered.vpc.Route("10.40.0.0/16", "VpcPeer", "pcc-bp1story")

	oneWay, other := neighbour()
	oneWay.e.Peer("pcc-bp1story", other, oneWay.vpc)
	other.Route("10.10.0.0/16", "VpcPeer", "pcc-bp1story")

	attached, third := neighbour()
	attached.e.CEN("cen-bp1story", attached.vpc, third)
	third.Route("10.10.0.0/16", "RouterInterface", "ri-bp1far")
	attached.vpc.Route("10.40.0.0/16", "RouterInterface", "ri-bp1story")
	return []Story{
		tell("p3-peered", `A private cluster, and a neighbouring VPC that is peered with its own; both sides have routes.

esaudit should say: ecs:i-bp1far1 reaches es:es-cn-story000001:9200 by P3.
Why it matters: a peering opens a cluster to a network that its owner may not know.
`, peered.e),
		tell("p3-no-way-back", `The same, without the route back in the cluster's VPC.

esaudit should say: ecs:i-bp1far1 is blocked by route-back, though the peering is active.
Why it matters: half of a connection is none, and the peering's status does not show it.
`, oneWay.e),
		tell("p4-cen", `A private cluster, and a neighbouring VPC attached to the same CEN, without a transit router.

esaudit should say: ecs:i-bp1far1 reaches es:es-cn-story000001:9200 by P4.
Why it matters: everything attached to a CEN is one network, as far as routes and lists go.
`, attached.e),
	}
}

// neighbour is a private cluster whose list holds another VPC with a host.
func neighbour() (*small, *VPC) {
	s := one(Whitelist(PrivateES, "neighbours", "10.40.0.0/16"))
	far := s.e.VPC(hangzhou, "vpc-bp1far", "10.40.0.0/16")
	at := far.VSwitch("vsw-bp1farh", zone("h"), "10.40.1.0/24")
	at.ECS("i-bp1far1", 10, far.SecurityGroup("sg-bp1far"))
	return s, far
}

package facts

import (
	"slices"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/snapshot"
)

// clustersInside are the clusters by the VPC they are in.
func clustersInside(g *graph.Graph) map[located][]*graph.Cluster {
	inside := map[located][]*graph.Cluster{}
	for _, c := range g.Clusters() {
		key := located{placeOf(c.Object), c.VPC()}
		inside[key] = append(inside[key], c)
	}
	return inside
}

// flowLogs are the flow logs by the VPC that they record, or part of it.
func flowLogs(g *graph.Graph) map[located][]snapshot.Object {
	out := map[located][]snapshot.Object{}
	add := func(log snapshot.Object, vpc string) {
		key := located{placeOf(log), vpc}
		out[key] = append(out[key], log)
	}
	for _, log := range objects(g, snapshot.FlowLog) {
		id := log.Glance("ResourceId").Text()
		add(log, id)
		if vpc := log.Account.Object(snapshot.VSwitch, log.Region, id).Glance("VpcId").Text(); vpc != id {
			add(log, vpc)
		}
	}
	return out
}

func vpcFacts(g *graph.Graph, paths *scope, x *crossings, o snapshot.Object, clusters []*graph.Cluster, logs []snapshot.Object) VPCFacts {
	f := VPCFacts{Calls: map[string]Call{}, Clusters: []ClusterIn{}, FlowLogs: []FlowLog{}, Clients: []ClientIn{}}
	for _, c := range [][2]string{{"vpc", "DescribeFlowLogs"}, {"elasticsearch", "ListInstance"}, {"ecs", "DescribeInstances"}} {
		f.Calls[c[1]] = callOf(o.Account, snapshot.Call{Region: o.Region, Product: c[0], Operation: c[1]})
	}
	for _, c := range clusters {
		f.Clusters = append(f.Clusters, ClusterIn{c.ID, switchesOf(c), callOf(o.Account, snapshot.Call{Region: c.Region, Product: "elasticsearch", Operation: "DescribeInstance", Subject: c.ID}), ref(nil, c.Home(), c.Node).At})
	}
	for _, log := range logs {
		status := log.Attr("Status")
		f.FlowLogs = append(f.FlowLogs, FlowLog{log.ID, log.Attr("ResourceType").Text(), log.Attr("ResourceId").Text(), ref(textOf(status), status, log.Node)})
	}
	for _, d := range g.Config().Clients {
		if d.ECS != "" && slices.ContainsFunc(clusters, func(c *graph.Cluster) bool { return c.ID == d.Cluster }) {
			f.Clients = append(f.Clients, clientIn(g, paths, x, d))
		}
	}
	return f
}

// switchesOf returns the vSwitches that a cluster's answers name, sorted.
func switchesOf(c *graph.Cluster) []string {
	out := []string{}
	add := func(n snapshot.Glance) {
		if id := n.Text(); id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	var room [2]snapshot.Glance
	own := c.Glance().Fields(room[:0], "endpoints", "networkConfig")
	add(own[1].Get("vswitchId"))
	for e := range own[0].Each {
		add(e.Get("vswitchId"))
	}
	slices.Sort(out)
	return out
}

func clientIn(g *graph.Graph, paths *scope, x *crossings, d config.Client) ClientIn {
	out := ClientIn{Name: d.Name, Host: d.ECS, Cluster: d.Cluster, Balancers: []string{}, Unread: []Call{}}
	for _, a := range g.Snapshot().Accounts() {
		for _, host := range a.Objects(snapshot.ECS) {
			if host.ID != d.ECS {
				continue
			}
			vpc, kind := host.Attr("VpcAttributes", "VpcId"), host.Attr("InstanceNetworkType")
			out.Known, out.VPC, out.Network = true, ref(textOf(vpc), vpc, host.Node), ref(textOf(kind), kind, host.Node)
			out.Balancers = append(out.Balancers, x.balancers[located{placeOf(host), host.ID}]...)
			out.Unread = append(out.Unread, calls(a, paths.hostGaps[placeOf(host)].settle)...)
		}
	}
	return out
}

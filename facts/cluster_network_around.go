package facts

import (
	"slices"
	"strings"

	"esaudit/config"
	"esaudit/netset"
	"esaudit/snapshot"
)

// look gathers what stands around one VPC.
type look struct {
	*surroundings
	Around
	account     *snapshot.Account
	region, vpc string
}

// add adds a range when its CIDR parses.
func (l *look) add(cidr string) {
	if p, err := netset.ParseCIDR(cidr); err == nil {
		l.near = l.near.Union(netset.Of(p))
	}
}

// ask notes a call that was not read.
func (l *look) ask(product, operation, subject string) {
	call := snapshot.Call{Region: l.region, Product: product, Operation: operation, Subject: subject}
	if !l.account.Read(call) && !slices.Contains(l.unread, call) {
		l.unread = append(l.unread, call)
	}
}

// addresses adds those of a VPC.
func (l *look) addresses(vpc string, own bool) (known bool) {
	l.near = l.near.Union(l.blocks[vpc])
	known = l.vpcs[vpc].Glance("CidrBlock").Text() != ""
	if own {
		l.home, l.Known = l.home.Union(l.blocks[vpc]), known
	}
	if !known {
		l.ask("vpc", "DescribeVpcs", "")
		l.ask("vpc", "DescribeVSwitches", "")
	}
	return known
}

// neighbour adds a VPC that is joined with this one.
func (l *look) neighbour(id string, shown []*snapshot.Node, at *snapshot.Node) {
	if id != "" {
		l.joined[id] = true
	}
	for _, n := range shown {
		l.add(n.Text())
	}
	if known := l.addresses(id, false); !known && len(shown) == 0 {
		l.Hidden = append(l.Hidden, Door{Kind: "vpc", ID: id, Open: "unknown", At: At{at}})
	}
}

// peerings adds the VPCs that are peered with this one, in either direction.
func (l *look) peerings() {
	l.ask("vpcpeer", "ListVpcPeerConnections", "")
	for _, o := range peeringsOf(place{l.account, l.region}, l.vpc) {
		near, far := o.Attr("Vpc"), o.Attr("AcceptingVpc")
		if near.Get("VpcId").Text() != l.vpc {
			near, far = far, near
		}
		if near.Get("VpcId").Text() != l.vpc || l.vpc == "" {
			continue
		}
		door := Door{Kind: "peering", ID: o.ID, Open: is(o.Attr("Status"), "Activated"), At: ref(nil, o.Attr("Status"), o.Node).At}
		l.Joins = append(l.Joins, door)
		if door.Open != "no" {
			l.neighbour(far.Get("VpcId").Text(), append(far.Get("Ipv4Cidrs").Items(), far.Get("Ipv6Cidrs").Items()...), far)
		}
	}
}

// cens adds what is attached to the CENs that this VPC is attached to.
func (l *look) cens() {
	l.ask("cbn", "DescribeCens", "")
	for _, cen := range l.account.In(snapshot.CEN, l.region) {
		l.ask("cbn", "DescribeCenAttachedChildInstances", cen.ID)
		l.ask("cbn", "ListTransitRouters", cen.ID)
		routers := l.routers(cen.ID)
		var own *snapshot.Node
		var others []*snapshot.Node
		for _, n := range attached(cen, routers) {
			if vpcOfChild(n) == l.vpc && l.vpc != "" {
				own = n
				continue
			}
			others = append(others, n)
		}
		if own == nil {
			continue
		}
		l.Joins = append(l.Joins, Door{Kind: "cen", ID: cen.ID, Open: is(own.Get("Status"), "Attached"), At: ref(nil, own.Get("Status"), own).At})
		for _, n := range others {
			if id := vpcOfChild(n); id != "" {
				l.neighbour(id, nil, n)
			} else {
				l.Hidden = append(l.Hidden, Door{Kind: "cen", ID: n.Get("ChildInstanceId").Text(), Open: is(n.Get("Status"), "Attached"), At: At{n}})
			}
		}
		for _, tr := range routers {
			l.Hidden = append(l.Hidden, Door{Kind: "transit-router", ID: tr.ID, Open: "unknown", At: At{tr.Node}})
		}
	}
}

// routers returns the transit routers of a CEN.
func (l *look) routers(cen string) []snapshot.Object {
	var out []snapshot.Object
	for _, tr := range l.account.In(snapshot.TransitRouter, l.region) {
		if id := tr.Attr("CenId").Text(); id == cen || id == "" {
			l.ask("cbn", "ListTransitRouterVpcAttachments", tr.ID)
			out = append(out, tr)
		}
	}
	return out
}

// attached returns what is attached to a CEN, by itself or by its transit
// routers.
func attached(cen snapshot.Object, routers []snapshot.Object) []*snapshot.Node {
	out := append([]*snapshot.Node{}, cen.Aspect(snapshot.Children).Items()...)
	for _, tr := range routers {
		out = append(out, tr.Aspect(snapshot.Attachments).Items()...)
	}
	return out
}

// vpcOfChild is the VPC that an attachment is of; "" for anything else.
func vpcOfChild(n *snapshot.Node) string {
	if id := n.Get("VpcId").Text(); id != "" {
		return id
	}
	if id := n.Get("ChildInstanceId").Text(); strings.HasPrefix(id, "vpc-") || strings.EqualFold(n.Get("ChildInstanceType").Text(), "vpc") {
		return id
	}
	return ""
}

// gateways adds the VPN gateways and router interfaces of this VPC and of those
// joined with it: what stands behind them no answer names.
func (l *look) gateways() {
	for _, operation := range []string{"DescribeVpnGateways", "DescribeRouterInterfaces"} {
		if call := (snapshot.Call{Region: l.region, Product: "vpc", Operation: operation}); !l.account.Read(call) {
			l.gateless = append(l.gateless, call)
		}
	}
	see := func(kind, vpc, open string, o snapshot.Object) {
		if vpc == "" || vpc != l.vpc && !l.joined[vpc] {
			return
		}
		d := Door{Kind: kind, ID: o.ID, Open: open, At: At{o.Node}}
		l.Hidden = append(l.Hidden, d)
		if vpc == l.vpc {
			l.Joins = append(l.Joins, d)
		}
	}
	for _, o := range l.account.In(snapshot.VPNGateway, l.region) {
		see("vpn", o.Attr("VpcId").Text(), is(o.Attr("Status"), "active"), o)
	}
	for _, o := range l.account.In(snapshot.RouterInterface, l.region) {
		vpc := o.Attr("VpcInstanceId").Text()
		if router := l.vpcs[l.vpc].Attr("VRouterId").Text(); vpc == "" && router != "" && o.Attr("RouterId").Text() == router {
			vpc = l.vpc
		}
		see("router-interface", vpc, is(o.Attr("Status"), "Active"), o)
	}
}

// routes adds the destinations that the VPC's route tables send to gateways and
// joins: a network is there, whoever owns it.
func (l *look) routes() {
	l.ask("vpc", "DescribeRouteTableList", "")
	for _, t := range l.account.Where(snapshot.RouteTable, l.region, l.vpc, "VpcId") {
		l.ask("vpc", "DescribeRouteEntryList", t.ID)
		for e := range t.GlanceAspect(snapshot.Entries).Each {
			switch strings.ToLower(firstHop(e).Get("NextHopType").Text()) {
			case "vpngateway", "routerinterface", "attachment", "vpcpeer":
				l.add(e.Get("DestinationCidrBlock").Text())
			}
		}
	}
}

// declared adds the networks on premises that are declared for this VPC or one
// joined with it.
func (l *look) declared() {
	for _, o := range l.g.Config().OnPrem {
		if !l.reaches(o) {
			continue
		}
		for _, cidr := range o.CIDRs {
			l.add(cidr)
		}
	}
}

func (l *look) reaches(o config.OnPrem) bool {
	for _, vpc := range o.VPCs {
		if vpc == l.vpc && vpc != "" || l.joined[vpc] {
			return true
		}
	}
	return false
}

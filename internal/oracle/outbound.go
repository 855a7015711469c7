package oracle

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Architectures of SEMANTICS 6. The empty one is not known.
const (
	archNew         = "new"
	archOriginal    = "original"
	archUnsupported = "unsupported"
)

// outbound answers es:CLUSTER to HOST:PORT (SEMANTICS 6).
func (o *Oracle) outbound(id, to string) (Answer, error) {
	t, err := parseHost(to)
	if err != nil {
		return Answer{}, err
	}
	c, there, err := o.findCluster(id)
	if err != nil {
		return Answer{}, err
	}
	if !there {
		return unnamed(), nil
	}
	status := Control{"cluster-status", c.status()}
	switch o.architecture(c) {
	case archNew:
		return answer(o.throughEndpoint(c, t, status)), nil
	case archOriginal:
		return answer([]Path{o.toHost(c, t, status)}), nil
	case archUnsupported:
		return answer([]Path{path("E1", "", status, Control{"arch", Blocked})}), nil
	}
	return answer([]Path{path("E1", "", status, Control{"arch", Unknown})}), nil
}

// architecture applies the rules of SEMANTICS 6 in their order.
func (o *Oracle) architecture(c cluster) string {
	if declared := o.config.Architecture[c.id]; declared != "" {
		return declared
	}
	endpoints := o.ask(c.scope, "elasticsearch.ListVpcEndpoints", c.id)
	created, err := time.Parse(time.RFC3339, text(c.basics, "createdAt"))
	moved := time.Date(2020, 9, 30, 16, 0, 0, 0, time.UTC)
	mainland := strings.HasPrefix(c.region, "cn-") && c.region != "cn-hongkong" && c.region != "cn-zhangjiakou"
	switch {
	case strings.Contains(c.region, "-finance"), strings.Contains(c.region, "-gov-"):
		return archUnsupported
	case len(endpoints.items) > 0, text(c.details, "archType") == "public", truth(c.details, "serviceVpc") == Reachable:
		return archNew
	case err != nil:
		return ""
	case !created.Before(moved):
		return archNew
	case disputed(c.details, "archType"), disputed(c.details, "serviceVpc"):
		return ""
	case mainland && c.described && endpoints.read:
		return archOriginal
	}
	return ""
}

// endpointForm is the form of an endpoint domain; group 1 is the endpoint's id.
func endpointForm() *regexp.Regexp {
	return regexp.MustCompile(`^(ep-[a-z0-9]+)(-[a-z0-9-]+)?\.(.+)\.privatelink\.aliyuncs\.com$`)
}

// throughEndpoint is E1. When the list of endpoints was not read, a host of the
// right form might be one of the missing ones.
func (o *Oracle) throughEndpoint(c cluster, t target, status Control) []Path {
	before := []Control{status, {"arch", Reachable}}
	list := o.ask(c.scope, "elasticsearch.ListVpcEndpoints", c.id)
	form := endpointForm().FindStringSubmatch(t.id)
	if form == nil {
		return []Path{path("E1", "", append(before, Control{"host", Blocked})...)}
	}
	endpoint := one(distinct(nil, list.items, "endpointId"), "endpointId", form[1])
	if endpoint == nil {
		host := Blocked
		for _, item := range list.items {
			host = some(host, equal(text(item, "endpointId"), form[1]))
		}
		if !list.read {
			host = Unknown
		}
		return []Path{path("E1", "", append(before, Control{"host", host})...)}
	}
	var paths []Path
	if !list.read { // another page may name it, too (SEMANTICS 1)
		paths = append(paths, path("E1", form[1], append(before[:len(before):len(before)], Control{"host", Unknown})...))
	}
	before = append(before, Control{"host", Reachable}, Control{"endpoint-state", endpointState(endpoint)},
		Control{"service", o.service(c, text(endpoint, "serviceId"))})
	for _, rest := range o.throughService(c, endpoint, t.port) {
		paths = append(paths, path("E1", form[1], append(before[:len(before):len(before)], rest...)...))
	}
	return paths
}

// endpointState is E1.1.
func endpointState(endpoint object) Verdict {
	out := Reachable
	for _, want := range [][2]string{{"endpointStatus", "Active"}, {"connectionStatus", "Connected"}, {"endpointBusinessStatus", "Normal"}} {
		switch have := text(endpoint, want[0]); have {
		case want[1]:
		case "", "Creating", "Pending", "Connecting":
			out = every(out, Unknown)
		default:
			return Blocked
		}
	}
	return out
}

// service is E1.2: a service that is not this account's is Unknown.
func (o *Oracle) service(c cluster, id string) Verdict {
	found := one(o.objects(c.scope, "ServiceId", "privatelink.ListVpcEndpointServices", "privatelink.GetVpcEndpointServiceAttribute"), "ServiceId", id)
	if found == nil {
		return Unknown
	}
	return every(is(found, "ServiceStatus", "Active"), is(found, "ServiceBusinessStatus", "Normal"))
}

// throughService is E1.3: what follows the service, for each resource in the
// endpoint's zone.
func (o *Oracle) throughService(c cluster, endpoint object, port int) [][]Control {
	service := text(endpoint, "serviceId")
	var zones []string
	const list = "privatelink.ListVpcEndpointConnections"
	own := slices.DeleteFunc(slices.Clone(o.ask(c.scope, list, service).items), func(x object) bool { return text(x, "ServiceId") != "" })
	named := slices.DeleteFunc(slices.Clone(o.ask(c.scope, list, "*").items), func(x object) bool { return text(x, "ServiceId") != service })
	for _, connection := range append(own, named...) {
		if text(connection, "EndpointId") == text(endpoint, "endpointId") {
			for _, zone := range items(connection, "Zones") {
				zones = appendNew(zones, text(zone, "ZoneId"))
			}
		}
	}
	if own := text(endpoint, "zoneId"); own != "" {
		zones = []string{own}
	}
	resources := o.ask(c.scope, "privatelink.ListVpcEndpointServiceResources", service)
	if disputed(endpoint, "zoneId") {
		zones = nil
	}
	if service == "" || len(zones) == 0 {
		return [][]Control{{{"zone", Unknown}}}
	}
	var out [][]Control
	for _, resource := range resources.items {
		in := Unknown
		if zone := text(resource, "ZoneId"); zone != "" {
			in = yes(slices.Contains(zones, zone))
		}
		if in == Blocked {
			continue
		}
		for _, rest := range o.throughResource(c, resource, port) {
			out = append(out, append([]Control{{"zone", in}}, rest...))
		}
	}
	if !resources.read {
		out = append(out, []Control{{"zone", Unknown}})
	} else if len(out) == 0 {
		out = append(out, []Control{{"zone", Blocked}})
	}
	return out
}

// throughResource is E1.4 to E1.7 for one resource of a service.
func (o *Oracle) throughResource(c cluster, resource object, port int) [][]Control {
	id, kind := text(resource, "ResourceId"), text(resource, "ResourceType")
	var lb balancer
	for _, known := range o.balancers(c.scope) {
		if known.id == id {
			lb = known
		}
	}
	if lb.id == "" || kind == "alb" || kind == "gwlb" {
		return [][]Control{{{"lb-active", Unknown}}}
	}
	internal := is(lb.object, "AddressType", "intranet")
	if lb.nlb {
		internal = is(lb.object, "AddressType", "Intranet")
	}
	before := []Control{{"lb-active", lb.active()}, {"lb-internal", internal}}
	var out [][]Control
	add := func(rest ...Control) { out = append(out, append(before[:2:2], rest...)) }
	for _, l := range o.listenersAt(lb, port) {
		listening := []Control{{"listener", lb.runs(l)}, {"listener-protocol", speaks(l, "TCP", "HTTP", "HTTPS")}, {"listener-filter", o.filtersPrivate(lb, l)}}
		servers, read := o.backends(lb, l)
		for _, b := range servers {
			add(append(listening[:3:3], Control{"backend-weight", b.weight}, Control{"backend-health", o.healthy(lb, l, b)},
				Control{"backend-admits", o.backendAdmits(c.scope, lb, b)})...)
		}
		if !read {
			add(append(listening[:3:3], Control{"backend", Unknown})...)
		} else if len(servers) == 0 {
			add(append(listening[:3:3], Control{"backend", Blocked})...)
		}
	}
	if !o.listenersRead(lb) {
		add(Control{"listener", Unknown})
	} else if len(out) == 0 {
		add(Control{"listener", Blocked})
	}
	return out
}

// filtersPrivate is E1.5: the source is not known, so that only what holds for
// every IPv4 source decides.
func (o *Oracle) filtersPrivate(lb balancer, l listener) Verdict {
	if lb.nlb {
		if isList(lb.object, "SecurityGroupIds") && len(texts(lb.object, "SecurityGroupIds")) == 0 {
			return Reachable
		}
		return Unknown
	}
	entries, read := o.acl(lb, l)
	whole := netip.MustParsePrefix("0.0.0.0/0")
	held := uniform([]netip.Prefix{whole}, entries, func(a netip.Addr) Verdict { return yes(contains(entries, a)) })
	if held == Blocked && !read {
		held = Unknown
	}
	return aclDecides(l, held)
}

// backendAdmits is E1.7.
func (o *Oracle) backendAdmits(s scope, lb balancer, b backend) Verdict {
	targets := o.clusters(s)
	if !o.ask(s, "elasticsearch.ListInstance", "").read {
		targets = append(targets, cluster{scope: s})
	}
	might := false
	var sure []Verdict // of several with one address, it is not known which has it
	for _, c := range targets {
		if !lb.nlb && b.kind != "eni" {
			break
		}
		switch o.isAt(c, b.vpc, b.address) {
		case Reachable:
			sure = append(sure, every(lb.seenBy(c), c.status()))
		case Unknown:
			might = true
		}
	}
	switch {
	case len(sure) > 0:
		return agree(sure...)
	case might, b.kind != "ecs" && b.kind != "eni":
		return Unknown
	case !lb.nlb:
		return Reachable
	}
	groups := o.groupsOf(s, b)
	admits := func(a netip.Addr) Verdict {
		if b.port == 0 {
			return Unknown
		}
		return o.groupsAdmit(s, groups, ingress, peer{address: a}, b.port)
	}
	everyone := uniform([]netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}, o.groupCuts(s, groups, ingress), admits)
	if everyone == Blocked {
		everyone = Unknown
	}
	var local []Verdict
	for _, a := range lb.localAddresses() {
		local = append(local, admits(a))
	}
	seen := agree(local...)
	if !lb.described {
		seen = Unknown
	}
	switch truth(b.group, "PreserveClientIpEnabled") {
	case Reachable:
		return everyone
	case Blocked:
		return seen
	}
	return agree(everyone, seen)
}

// groupsOf are the security groups of a server; nil when they were not read.
func (o *Oracle) groupsOf(s scope, b backend) []string {
	if b.kind == "ecs" {
		host := one(o.objects(s, "InstanceId", "ecs.DescribeInstances"), "InstanceId", b.id)
		return texts(host, "SecurityGroupIds", "SecurityGroupId")
	}
	eni := one(o.objects(s, "NetworkInterfaceId", "ecs.DescribeNetworkInterfaces"), "NetworkInterfaceId", b.id)
	return texts(eni, "SecurityGroupIds", "SecurityGroupId")
}

// toHost is E2: HOST is the IP of an ECS in the cluster's VPC, which admits the
// CIDR of the cluster's vSwitch. Everything else is Unknown.
func (o *Oracle) toHost(c cluster, t target, status Control) Path {
	arch := Control{"arch", Reachable}
	a, isIP := parseAddress(t.id)
	for _, item := range o.objects(c.scope, "InstanceId", "ecs.DescribeInstances") {
		if !isIP || equal(text(item, "VpcAttributes", "VpcId"), c.vpc()) != Reachable {
			continue
		}
		for _, ip := range texts(item, "VpcAttributes", "PrivateIpAddress", "IpAddress") {
			if own, ok := parseAddress(ip); !ok || own != a {
				continue
			}
			groups := texts(item, "SecurityGroupIds", "SecurityGroupId")
			var d destination
			if p, ok := o.ownCIDR(c); ok {
				d.cidrs = []netip.Prefix{p}
			}
			admits := d.towards(o.groupCuts(c.scope, groups, ingress), func(from netip.Addr) Verdict {
				return o.groupsAdmit(c.scope, groups, ingress, peer{address: from}, t.port)
			})
			return path("E2", "", status, arch, Control{"host", Reachable}, Control{"sg-ingress", admits})
		}
	}
	return path("E2", "", status, arch, Control{"host", Unknown})
}

package oracle

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// source is where a query starts.
type source struct {
	kind    string // internet, ecs, vpc or onprem
	id      string // of an ECS; the name of an onprem
	address netip.Addr
	// Of ecs and vpc only:
	scope   scope
	vpc     string
	vswitch subnet
	located Verdict // the control source-address
	groups  []string
	vague   bool // its groups are not known
}

// peer is the source as security groups see it.
func (s source) peer() peer { return peer{s.address, s.groups, s.vague} }

// target is where a query leads: es, kibana, lb, or host for outbound.
type target struct {
	kind string
	id   string // or the host
	port int
}

// Answer answers one query (SEMANTICS 5 and 6; the forms are in CONTRACT 6).
// What cannot be understood, an illegal pair, and an id that is not there
// although its list was read everywhere are errors.
func (o *Oracle) Answer(from, to string) (Answer, error) {
	kind, id, ok := strings.Cut(from, ":")
	if !ok || id == "" {
		return Answer{}, fmt.Errorf("no source: %q", from)
	}
	if kind == "es" {
		return o.outbound(id, to)
	}
	t, err := parseTarget(to)
	if err != nil {
		return Answer{}, err
	}
	if kind == "onprem" && t.kind != "es" {
		return Answer{}, fmt.Errorf("no such pair: %s to %s", kind, t.kind)
	}
	src, known, err := o.source(kind, id)
	if err != nil {
		return Answer{}, err
	}
	if t.kind == "lb" {
		lb, there, err := o.findBalancer(t.id)
		if err != nil {
			return Answer{}, err
		}
		if !known || !there {
			return unnamed(), nil
		}
		return answer(o.toBalancer(src, lb, t.port)), nil
	}
	c, there, err := o.findCluster(t.id)
	if err != nil {
		return Answer{}, err
	}
	if !known || !there {
		return unnamed(), nil
	}
	return answer(o.toCluster(src, c, t)), nil
}

// toCluster tries every kind of path to an entry of a cluster (SEMANTICS 5).
func (o *Oracle) toCluster(src source, c cluster, t target) []Path {
	switch {
	case src.kind == "onprem":
		return o.onPremises(src, c, t.port)
	case src.kind == "internet" && t.kind == "kibana":
		return o.publicEndpoint(src, c, "kibana-public", t.port)
	case src.kind == "internet":
		paths := o.publicEndpoint(src, c, "es-public", t.port)
		paths = append(paths, o.throughBalancers(src, c, t.port)...)
		paths = append(paths, o.throughNAT(src, c, t.port)...)
		return append(paths, o.throughProxies(src, c, t.port)...)
	case t.kind == "kibana":
		paths := o.private(src, c, "kibana-private", t.port)
		return append(paths, o.kibanaPrivateLink(src, c, t.port)...)
	}
	return o.private(src, c, "es-private", t.port)
}

func parseTarget(to string) (target, error) {
	parts := strings.Split(to, ":")
	if len(parts) != 3 || (parts[0] != "es" && parts[0] != "kibana" && parts[0] != "lb") || parts[1] == "" {
		return target{}, fmt.Errorf("no target: %q", to)
	}
	port, err := parsePort(parts[2])
	return target{parts[0], parts[1], port}, err
}

func parsePort(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 || s[0] == '0' || s[0] == '+' {
		return 0, fmt.Errorf("no port: %q", s)
	}
	return int(n), nil
}

// parseHost reads HOST:PORT of an outbound query (SEMANTICS 6).
func parseHost(to string) (target, error) {
	host, port, err := net.SplitHostPort(to)
	if err != nil {
		return target{}, fmt.Errorf("no HOST:PORT: %q", to)
	}
	n, err := parsePort(port)
	if err != nil {
		return target{}, err
	}
	if strings.HasPrefix(to, "[") {
		if a, ok := parseAddress(host); !ok || !strings.Contains(host, ":") || !a.IsValid() {
			return target{}, fmt.Errorf("no IPv6 address in brackets: %q", to)
		}
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "" || strings.ContainsAny(host, " \t/") {
		return target{}, fmt.Errorf("no host: %q", to)
	}
	return target{"host", host, n}, nil
}

// missing decides about an id that no answer names (SEMANTICS 1): an error when
// its list was read everywhere.
func (o *Oracle) missing(kind, id, list string) error {
	if o.readEverywhere(list) {
		return fmt.Errorf("no such %s: %s", kind, id)
	}
	return nil
}

func (o *Oracle) findCluster(id string) (cluster, bool, error) {
	for _, s := range o.scopes() {
		for _, c := range o.clusters(s) {
			if c.id == id {
				return c, true, nil
			}
		}
	}
	return cluster{}, false, o.missing("es", id, "elasticsearch.ListInstance")
}

// source resolves the start of a query; known is false for an id that no
// answer names.
func (o *Oracle) source(kind, id string) (src source, known bool, err error) {
	switch kind {
	case "internet":
		a, ok := parseAddress(id)
		if !ok {
			return source{}, false, fmt.Errorf("no IP address: %q", id)
		}
		return source{kind: kind, address: a}, true, nil
	case "onprem":
		for _, declared := range o.config.OnPrem {
			if declared.Name == id {
				return source{kind: kind, id: id}, true, nil
			}
		}
		return source{}, false, fmt.Errorf("no such onprem: %s", id)
	case "ecs":
		src, known = o.host(id)
		if !known {
			err = o.missing(kind, id, "ecs.DescribeInstances")
		}
		return src, known, err
	case "vpc":
		vpc, ip, ok := strings.Cut(id, "/")
		a, isIP := parseAddress(ip)
		if !ok || vpc == "" || !isIP {
			return source{}, false, fmt.Errorf("no VPC/IP: %q", id)
		}
		src, known = o.vpcAddress(vpc, a)
		if !known {
			err = o.missing(kind, vpc, "vpc.DescribeVpcs")
		}
		return src, known, err
	}
	return source{}, false, fmt.Errorf("no kind of source: %q", kind)
}

// host is an ECS of DescribeInstances: its groups, its vSwitch and its first
// private IP.
func (o *Oracle) host(id string) (source, bool) {
	for _, s := range o.scopes() {
		item := one(o.objects(s, "InstanceId", "ecs.DescribeInstances"), "InstanceId", id)
		if item == nil {
			continue
		}
		src := source{kind: "ecs", id: id, scope: s, vpc: text(item, "VpcAttributes", "VpcId")}
		src.groups = texts(item, "SecurityGroupIds", "SecurityGroupId")
		src.vague = !isList(item, "SecurityGroupIds", "SecurityGroupId")
		src.vswitch = o.subnet(s, text(item, "VpcAttributes", "VSwitchId"))
		if src.vpc == "" && !disputed(item, "VpcAttributes", "VpcId") {
			src.vpc = text(src.vswitch.object, "VpcId")
		}
		if ips := items(item, "VpcAttributes", "PrivateIpAddress", "IpAddress"); len(ips) > 0 {
			src.address, _ = parseAddress(text(ips[0]))
		}
		if src.address.IsValid() {
			src.located = Reachable
		}
		return src, true
	}
	return source{}, false
}

// vpcAddress is an address of a VPC: its vSwitch is the one that holds it.
func (o *Oracle) vpcAddress(vpc string, a netip.Addr) (source, bool) {
	listed := func(s scope) bool { return one(o.objects(s, "VpcId", "vpc.DescribeVpcs"), "VpcId", vpc) != nil }
	for _, s := range o.scopes() {
		if slices.ContainsFunc(o.scopes(), listed) && !listed(s) {
			continue // a region that lists it goes before those with vSwitches that name it
		}
		src := source{kind: "vpc", scope: s, vpc: vpc, address: a, located: Blocked}
		known := listed(s)
		holders := 0
		if !o.ask(s, "vpc.DescribeVSwitches", "").read {
			src.located = Unknown
		}
		for _, vswitch := range o.vswitches(s) {
			of := equal(text(vswitch, "VpcId"), vpc)
			known = known || of == Reachable
			holds := yes(contains(cidrs(vswitch), a))
			if holds == Blocked && mayHold(vswitch, a) {
				holds = Unknown
			}
			switch every(of, holds) {
			case Reachable:
				src.vswitch, src.located = subnet{text(vswitch, "VSwitchId"), vswitch}, Reachable
				holders++
			case Unknown:
				src.located = some(src.located, Unknown)
			}
		}
		if holders > 1 { // they overlap: it is not known which one
			src.vswitch = subnet{}
		}
		if known {
			return src, true
		}
	}
	return source{}, false
}

package graph

import (
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"esaudit/netset"
)

// The words queries begin with.
const (
	schemeInternet = "internet"
	schemeECS      = "ecs"
	schemeVPC      = "vpc"
	schemeOnPrem   = "onprem"
	schemeES       = "es"
	schemeKibana   = "kibana"
	schemeLB       = "lb"
	schemeHost     = "host" // HOST:PORT has no word of its own
)

// query is a question in its parts (CONTRACT 6).
type query struct {
	from, to string // as they were asked
	source   string // scheme of the source
	sourceID string // ECS, VPC, network on premises or cluster
	address  netip.Addr
	target   string // scheme of the target
	targetID string // cluster, load balancer or host
	port     int
	hostIsIP bool
	hostIP   netip.Addr
}

func parseQuery(from, to string) (query, error) {
	q := query{from: from, to: to}
	if err := q.parseSource(from); err != nil {
		return q, err
	}
	if q.source == schemeES {
		return q, q.parseHost(to)
	}
	return q, q.parseTarget(to)
}

func (q *query) parseSource(from string) error {
	scheme, rest, ok := strings.Cut(from, ":")
	if !ok || rest == "" {
		return fmt.Errorf("from %q: not internet:IP, ecs:ID, vpc:VPC/IP, onprem:NAME or es:ID", from)
	}
	q.source, q.sourceID = scheme, rest
	var err error
	switch scheme {
	case schemeInternet:
		q.address, err = netset.ParseAddr(rest)
	case schemeVPC:
		vpc, ip, cut := cutOutside(rest, '/')
		if !cut || !isID(vpc) {
			return fmt.Errorf("from %q: not vpc:VPC/IP", from)
		}
		q.sourceID = vpc
		q.address, err = netset.ParseAddr(ip)
	case schemeECS, schemeES:
		if !isID(rest) {
			return fmt.Errorf("from %q: %q is no id", from, rest)
		}
	case schemeOnPrem:
	default:
		return fmt.Errorf("from %q: %q is none of internet, ecs, vpc, onprem, es", from, scheme)
	}
	if err != nil {
		return fmt.Errorf("from %q: %w", from, err)
	}
	return nil
}

func (q *query) parseTarget(to string) error {
	scheme, rest, _ := strings.Cut(to, ":")
	id, port, two := cutOutside(rest, ':')
	if !two || strings.Contains(port, ":") || scheme != schemeES && scheme != schemeKibana && scheme != schemeLB {
		return fmt.Errorf("to %q: from %s it is es:ID:PORT, kibana:ID:PORT or lb:ID:PORT", to, q.source)
	}
	if q.source == schemeOnPrem && scheme != schemeES {
		return fmt.Errorf("to %q: from onprem it is es:ID:PORT", to)
	}
	if !isID(id) {
		return fmt.Errorf("to %q: %q is no id", to, id)
	}
	q.target, q.targetID = scheme, id
	return q.parsePort(to, port)
}

// parseHost reads HOST:PORT; an IPv6 address stands in brackets.
func (q *query) parseHost(to string) error {
	q.target = schemeHost
	i := strings.LastIndexByte(to, ':')
	if i < 0 {
		return fmt.Errorf("to %q: from es it is HOST:PORT", to)
	}
	host := strings.ToLower(to[:i])
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, closed := strings.CutSuffix(inner, "]")
		a, err := netset.ParseAddr(inner)
		if !closed || err != nil {
			return fmt.Errorf("to %q: %q is no IPv6 address in brackets", to, to[:i])
		}
		q.hostIsIP, q.hostIP, q.targetID = true, a, a.String()
		return q.parsePort(to, to[i+1:])
	}
	host = strings.TrimSuffix(host, ".")
	if !hostName().MatchString(host) {
		return fmt.Errorf("to %q: %q is no host", to, to[:i])
	}
	q.targetID = host
	if a, err := netset.ParseAddr(host); err == nil {
		q.hostIsIP, q.hostIP = true, a
	}
	return q.parsePort(to, to[i+1:])
}

func (q *query) parsePort(to, text string) error {
	port, ok := parsePort(text)
	if !ok || port == 0 || text[0] == '0' {
		return fmt.Errorf("to %q: %q is no port from 1 to 65535", to, text)
	}
	q.port = port
	return nil
}

func hostName() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9_*-]+(\.[a-z0-9_*-]+)*$`) }

// isID reports whether a text can be the id of an object: no white space, and
// none of the characters that divide a query. What a Terraform plan is going to
// make has its address for an id, whose keys may hold any of these.
func isID(s string) bool {
	for i := 0; i < len(s); i++ {
		if n := keyLength(s[i:]); n > 0 {
			i += n - 1
			continue
		}
		switch b := s[i]; b {
		case '/', ':', ',', '"', '\'', 0x7f:
			return false
		default:
			if b <= ' ' {
				return false
			}
		}
	}
	return s != ""
}

// keyLength is how long the key is that a part of a Terraform address begins with,
// as in ["a"]; 0 when it begins with none.
func keyLength(s string) int {
	if !strings.HasPrefix(s, `["`) {
		return 0
	}
	for i := 2; i < len(s)-1; i++ {
		switch b := s[i]; {
		case b == '\\':
			i++
		case b == '"' && s[i+1] == ']':
			return i + 2
		case b == '"' || b < ' ' || b == 0x7f:
			return 0
		}
	}
	return 0
}

// cutOutside is strings.Cut around the first separator that is in no key.
func cutOutside(s string, separator byte) (before, after string, found bool) {
	for i := 0; i < len(s); i++ {
		if n := keyLength(s[i:]); n > 0 {
			i += n - 1
		} else if s[i] == separator {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// NotFoundError says that a question names something the estate does not have,
// as far as everything that could tell was read.
type NotFoundError struct {
	Scheme string // es, kibana, lb, ecs, vpc or onprem
	ID     string
}

func (e *NotFoundError) Error() string {
	if e.Scheme == schemeOnPrem {
		return "no such onprem: " + e.ID + " (declare it under onprem in the configuration)"
	}
	return "no such " + e.Scheme + ": " + e.ID
}

// Names returns what a question may name behind a scheme, sorted, each once.
func (g *Graph) Names(scheme string) []string {
	var names []string
	switch scheme {
	case schemeES, schemeKibana:
		names = slices.Collect(maps.Keys(g.byID.clusters))
	case schemeLB:
		names = slices.Collect(maps.Keys(g.byID.balancers))
	case schemeECS:
		names = slices.Collect(maps.Keys(g.byID.hosts))
	case schemeVPC:
		names = slices.Collect(maps.Keys(g.homes))
	case schemeOnPrem:
		for _, net := range g.config.OnPrem {
			names = append(names, net.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

package collector

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"esaudit/snapshot"
)

// scope says how often a call is made that no answer names anything for.
type scope uint8

const (
	perRegion scope = iota // in every collected region
	once                   // of services without regions, and of the home region
)

// step is one operation of the plan: how its lists are asked for, and what its
// calls are made for.
type step struct {
	product, operation string

	scope  scope
	paging paging
	params []map[string]string // a call for each; none is a call without parameters
	since  string              // the parameter that says from when on; "" for none
	named  []naming            // answers that name what it is made for; with any, scope means nothing
}

// naming is how an answer names what other calls are made for: each item of a
// list in it gives the parameters of a call, or of several where a value is a
// list.
type naming struct {
	answer string // "product.operation" of the answer
	items  string // path of its items; "" is the payload
	params []param
	when   func(l *line, item *snapshot.Node) bool // nil: always
}

// param is a parameter of a call and where its value stands: a path in the item,
// or "@" and a parameter of the call that was answered.
type param struct{ name, from string }

// plan lists all calls, in the order of their answers in a recording.
func plan() []step {
	return slices.Concat(
		planSTS(), planElasticsearch(), planCLB(), planNLB(), planALB(), planPrivateLink(), planVPC(), planVPCPeer(), planCEN(), planECS(),
		planActionTrail(), planRAM(), planResourceManager(),
	)
}

// Reads returns the operations of the plan by product and operation: what a
// client has to be allowed, Action says under which name. Region and subject are
// empty.
func Reads() []snapshot.Call {
	var out []snapshot.Call
	for _, s := range plan() {
		out = append(out, snapshot.Call{Product: s.product, Operation: s.operation})
	}
	slices.SortFunc(out, func(a, b snapshot.Call) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Operation, b.Operation))
	})
	return slices.Compact(out)
}

// Products returns the products of the plan, sorted.
func Products() []string { return slices.Clone(products()) }

// products are worked out once: each command that collects names them.
var products = sync.OnceValue(func() (out []string) {
	for _, c := range Reads() {
		out = append(out, c.Product)
	}
	return slices.Compact(out)
})

// stepsOf sets the product of steps.
func stepsOf(product string, list ...step) []step {
	for i := range list {
		list[i].product = product
	}
	return list
}

// inEach is a call made in every region.
func inEach(operation string, p paging, params ...map[string]string) step {
	return step{operation: operation, paging: p, params: params}
}

// atOnce is a call made once.
func atOnce(operation string, p paging, params ...map[string]string) step {
	return step{operation: operation, scope: once, paging: p, params: params}
}

// forEach is a call made for what answers name.
func forEach(operation string, p paging, named ...naming) step {
	return step{operation: operation, paging: p, named: named}
}

// with adds fixed parameters.
func (s step) with(params map[string]string) step {
	s.params = []map[string]string{params}
	return s
}

// by says that the items of an answer's payload give the parameters:
// "InstanceId=instanceId", or "VpcId" where field and parameter have one name.
func by(answer string, params ...string) naming {
	n := naming{answer: answer}
	for _, p := range params {
		name, from, renamed := strings.Cut(p, "=")
		if !renamed {
			from = name
		}
		n.params = append(n.params, param{name, from})
	}
	return n
}

// in names the items that give the parameters, when they are not the payload.
func (n naming) in(path string) naming {
	n.items = path
	return n
}

// only leaves out items.
func (n naming) only(when func(l *line, item *snapshot.Node) bool) naming {
	n.when = when
	return n
}

// calls returns the parameters of the calls that an answer names.
func (n naming) calls(l *line) []map[string]string {
	var out []map[string]string
	for _, item := range n.list(l) {
		if n.when != nil && !n.when(l, item) {
			continue
		}
		found := []map[string]string{{}}
		for _, p := range n.params {
			found = extended(found, p.name, p.values(l, item))
		}
		out = append(out, found...)
	}
	return out
}

func (n naming) list(l *line) []*snapshot.Node {
	list := l.payload
	if n.items != "" {
		list = at(l.body, n.items)
	}
	if list.Kind() == snapshot.Array {
		return list.Items()
	}
	return []*snapshot.Node{list}
}

// extended returns every set of parameters with every value.
func extended(sets []map[string]string, name string, values []string) []map[string]string {
	var out []map[string]string
	for _, set := range sets {
		for _, v := range values {
			more := maps.Clone(set)
			more[name] = v
			out = append(out, more)
		}
	}
	return out
}

func (p param) values(l *line, item *snapshot.Node) []string {
	if name, ok := strings.CutPrefix(p.from, "@"); ok {
		return words(l.params[name])
	}
	return texts(item, strings.Split(p.from, "."))
}

// texts returns the values at a path, of every element of the lists on the way.
func texts(n *snapshot.Node, path []string) []string {
	if n.Kind() == snapshot.Array {
		var out []string
		for _, item := range n.Items() {
			out = append(out, texts(item, path)...)
		}
		return out
	}
	if len(path) == 0 {
		return words(n.Text())
	}
	return texts(n.Get(path[0]), path[1:])
}

// words splits ids that are written with commas between them.
func words(text string) []string {
	var out []string
	for _, id := range strings.Split(text, ",") {
		if id = strings.TrimSpace(id); id != "" {
			out = append(out, id)
		}
	}
	return out
}

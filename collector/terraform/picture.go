package terraform

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"esaudit/collector"
	"esaudit/snapshot"
)

// picture is an account in the making.
type picture struct {
	id       string
	takenAt  time.Time
	regions  []string
	objects  map[snapshot.Kind]map[string]map[string]*snapshot.Node // by kind, region and id
	states   map[snapshot.Call]state
	home     string // where objects are that do not say so
	about    map[snapshot.Kind][]collector.Op
	listing  map[snapshot.Kind]string
	reported bool // something was changed
}

type state struct {
	state snapshot.State
	code  string
	asOf  string // when an earlier run read it
}

// knownAfterApply is the code of what a plan does not tell yet, notInPlan that of
// what no plan tells.
const (
	knownAfterApply = "KnownAfterApply"
	notInPlan       = "NotInPlan"
)

func newPicture(id string) *picture {
	p := &picture{
		id: id, objects: map[snapshot.Kind]map[string]map[string]*snapshot.Node{}, states: map[snapshot.Call]state{},
		about: map[snapshot.Kind][]collector.Op{}, listing: map[snapshot.Kind]string{},
	}
	for _, op := range collector.Catalogue() {
		for _, s := range op.Subjects {
			if s.Kind != "" {
				p.about[s.Kind] = append(p.about[s.Kind], op)
			}
		}
		if op.Kind != "" && len(op.ID) > 0 && !op.Own && p.listing[op.Kind] == "" {
			p.listing[op.Kind] = op.Product + "." + op.Operation
		}
	}
	return p
}

// pictureOf is an account of a snapshot, to be changed.
func pictureOf(a *snapshot.Account) *picture {
	p := newPicture(a.ID)
	p.takenAt, p.regions = a.TakenAt, slices.Clone(a.Regions)
	for _, kind := range snapshot.Kinds() {
		for _, o := range a.Objects(kind) {
			p.put(kind, o.Region, o.ID, o.Node)
		}
	}
	for _, c := range a.Coverage() {
		for s, subjects := range c.Subjects {
			for _, subject := range subjects {
				p.states[snapshot.Call{Region: c.Region, Product: c.Product, Operation: c.Operation, Subject: subject}] = state{s, c.Codes[subject], c.AsOf[subject]}
			}
		}
	}
	return p
}

func (p *picture) put(kind snapshot.Kind, region, id string, n *snapshot.Node) {
	if p.objects[kind] == nil {
		p.objects[kind] = map[string]map[string]*snapshot.Node{}
	}
	if p.objects[kind][region] == nil {
		p.objects[kind][region] = map[string]*snapshot.Node{}
	}
	p.objects[kind][region][id] = n
}

// where returns the regions that show an object.
func (p *picture) where(kind snapshot.Kind, id string) []string {
	var out []string
	for _, region := range sortedKeys(p.objects[kind]) {
		if p.objects[kind][region][id] != nil {
			out = append(out, region)
		}
	}
	return out
}

// call names a call about an object.
func call(region, name, subject string) snapshot.Call {
	product, operation, _ := strings.Cut(name, ".")
	return snapshot.Call{Region: region, Product: product, Operation: operation, Subject: subject}
}

// worsen says that a call about an object tells less than all. What was not read
// before stays so.
func (p *picture) worsen(region, name, subject string) {
	c := call(region, name, subject)
	if s, made := p.states[c]; name != "" && (!made || s.state == snapshot.Read || s.state == snapshot.Narrowed) {
		p.states[c] = state{state: snapshot.Skipped, code: knownAfterApply}
	}
}

// hide records an attribute that is known after apply.
func (p *picture) hide(region string, o Origin) {
	subject := strings.TrimSuffix(o.Address+"."+o.Attribute, ".")
	p.states[snapshot.Call{Region: region, Product: "terraform", Operation: "Plan", Subject: subject}] = state{state: snapshot.Skipped, code: knownAfterApply}
}

// remove takes an object away, with what is part of it and the calls about it.
func (p *picture) remove(kind snapshot.Kind, id string) {
	for _, region := range p.where(kind, id) {
		gone := p.objects[kind][region][id]
		delete(p.objects[kind][region], id)
		p.forget(kind, region, id)
		for _, child := range children(kind) {
			for _, other := range sortedKeys(p.objects[child.kind][region]) {
				n := p.objects[child.kind][region][other]
				if n.Get("attributes").Get(child.field).Text() == id || slices.Contains(texts(gone.Get("attributes").Get(child.names...)), other) && len(child.names) > 0 {
					p.remove(child.kind, other)
				}
			}
		}
	}
}

// children are the objects that go with another one: those which name it in a
// field, or which it names.
func children(kind snapshot.Kind) []struct {
	kind  snapshot.Kind
	field string
	names []string
} {
	type child = struct {
		kind  snapshot.Kind
		field string
		names []string
	}
	switch kind {
	case snapshot.CLB:
		return []child{
			{snapshot.CLBListener, "LoadBalancerId", nil}, {snapshot.CLBVServerGroup, "LoadBalancerId", nil}, {snapshot.CLBMasterSlaveServerGroup, "LoadBalancerId", nil},
		}
	case snapshot.NLB:
		return []child{{snapshot.NLBListener, "LoadBalancerId", nil}}
	case snapshot.VPC:
		return []child{{snapshot.RouteTable, "VpcId", nil}}
	case snapshot.ECS:
		return []child{{snapshot.ENI, "InstanceId", nil}}
	case snapshot.NATGateway:
		return []child{
			{snapshot.ForwardTable, "", []string{"ForwardTableIds", "ForwardTableId"}}, {snapshot.SnatTable, "", []string{"SnatTableIds", "SnatTableId"}},
		}
	}
	return nil
}

func texts(list *snapshot.Node) []string {
	var out []string
	for _, n := range list.Items() {
		out = append(out, n.Text())
	}
	return out
}

// forget drops the calls that were made about an object.
func (p *picture) forget(kind snapshot.Kind, region, id string) {
	for _, op := range p.about[kind] {
		maps.DeleteFunc(p.states, func(c snapshot.Call, _ state) bool {
			return c.Region == region && c.Product == op.Product && c.Operation == op.Operation && (c.Subject == id || strings.HasPrefix(c.Subject, id+"/"))
		})
	}
}

// node is the account in canonical form.
func (p *picture) node() *snapshot.Node {
	objects := map[string]*snapshot.Node{}
	for kind, regions := range p.objects {
		byRegion := map[string]*snapshot.Node{}
		for region, list := range regions {
			if len(list) == 0 {
				continue
			}
			byID := map[string]*snapshot.Node{}
			for id, n := range list {
				byID[id] = n.Clone(nil)
			}
			byRegion[region] = snapshot.NewObject(byID)
		}
		if len(byRegion) > 0 {
			objects[string(kind)] = snapshot.NewObject(byRegion)
		}
	}
	slices.Sort(p.regions)
	return snapshot.NewObject(map[string]*snapshot.Node{
		"id": snapshot.NewString(p.id), "takenAt": snapshot.NewString(p.takenAt.UTC().Format(time.RFC3339)),
		"regions": snapshot.NewStrings(slices.Compact(p.regions)...), "coverage": p.coverage(), "objects": snapshot.NewObject(objects),
	})
}

func (p *picture) coverage() *snapshot.Node {
	kinds := map[snapshot.Call]*snapshot.Coverage{}
	for c, s := range p.states {
		kind := c
		kind.Subject = ""
		if kinds[kind] == nil {
			kinds[kind] = &snapshot.Coverage{
				Region: c.Region, Product: c.Product, Operation: c.Operation, Subjects: map[snapshot.State][]string{}, Codes: map[string]string{}, AsOf: map[string]string{},
			}
		}
		kinds[kind].Subjects[s.state] = append(kinds[kind].Subjects[s.state], c.Subject)
		if s.code != "" {
			kinds[kind].Codes[c.Subject] = s.code
		}
		if s.asOf != "" {
			kinds[kind].AsOf[c.Subject] = s.asOf
		}
	}
	order := slices.SortedFunc(maps.Keys(kinds), func(a, b snapshot.Call) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Operation, b.Operation))
	})
	nodes := make([]*snapshot.Node, len(order))
	for i, kind := range order {
		nodes[i] = kinds[kind].Node()
	}
	return snapshot.NewArray(nodes...)
}

package terraform

import (
	"slices"
	"strings"

	"esaudit/collector"
	"esaudit/snapshot"
)

// overlay makes in a picture what differs between two sides.
func (p *picture) overlay(before, after *drafts) {
	for _, id := range after.ids() {
		if before.objects[id] == nil {
			before.objects[id] = &draft{}
		}
	}
	for _, id := range before.ids() {
		old, new := before.objects[id], after.objects[id]
		switch {
		case old.own && (new == nil || !new.own):
			p.reported = true
			p.remove(id.kind, id.id)
		case new == nil:
			p.edit(id, old, &draft{})
		default:
			p.edit(id, old, new)
		}
	}
	for _, s := range after.astray {
		if !slices.Contains(before.astray, s) {
			p.blur(s)
		}
	}
}

// edit changes an object in every region that shows it, or makes it.
func (p *picture) edit(id objectID, old, new *draft) {
	if old.says(new) {
		return
	}
	p.reported = true
	regions := p.where(id.kind, id.id)
	if len(regions) == 0 {
		if !new.own && len(new.fields)+len(new.parts) == 0 {
			return
		}
		old, regions = &draft{}, p.made(id, new)
	}
	for _, region := range regions {
		t, _ := thaw(p.objects[id.kind][region][id.id]).(map[string]any)
		if t == nil {
			t = map[string]any{}
		}
		p.put(id.kind, region, id.id, collector.Canonical(freeze(p.apply(id, region, t, old, new))))
		p.detach(id, region, old, new)
	}
}

// says reports whether another draft says the same.
func (o *draft) says(other *draft) bool {
	if o.own != other.own || o.created != other.created || len(o.fields) != len(other.fields) || len(o.hidden) != len(other.hidden) || len(o.parts) != len(other.parts) {
		return false
	}
	for at, l := range o.fields {
		if !l.node.Equal(other.fields[at].node) {
			return false
		}
	}
	for at := range o.hidden {
		if _, ok := other.hidden[at]; !ok {
			return false
		}
	}
	for at, p := range o.parts {
		if !p.same(other.parts[at]) {
			return false
		}
	}
	return true
}

func (p *part) same(other *part) bool {
	if other == nil || len(p.items) != len(other.items) || len(p.from) != len(other.from) {
		return false
	}
	for key, it := range p.items {
		if other.items[key] == nil || !it.same(other.items[key]) {
			return false
		}
	}
	return true
}

// apply changes one object as the drafts differ.
func (p *picture) apply(id objectID, region string, t tree, old, new *draft) tree {
	for at := range old.fields {
		if new.fields[at].node == nil {
			t = drop(t, split(at))
		}
	}
	for _, at := range sortedKeys(new.hidden) {
		if _, before := old.hidden[at]; before {
			continue
		}
		p.hide(region, new.hidden[at])
		if at == list {
			p.worsen(region, p.listing[id.kind], "")
			continue
		}
		t = drop(t, split(at))
	}
	for _, name := range new.unsettled {
		if !slices.Contains(old.unsettled, name) {
			p.worsen(region, name, "")
		}
	}
	for _, at := range sortedKeys(new.fields) {
		if n := new.fields[at].node; !old.fields[at].node.Equal(n) {
			t = put(t, split(at), thaw(n))
		}
	}
	for call, known := range new.calls {
		if before, asked := old.calls[call]; !known && (before || !asked) {
			p.worsen(region, call, id.id)
		}
	}
	for _, at := range sortedKeys(old.parts) {
		if new.parts[at] == nil {
			t = p.applyPart(id, region, at, t, old.parts[at], &part{})
		}
	}
	for _, at := range sortedKeys(new.parts) {
		t = p.applyPart(id, region, at, t, old.parts[at], new.parts[at])
	}
	return t
}

func (p *picture) applyPart(id objectID, region string, at path, t tree, old, new *part) tree {
	if old != nil && old.same(new) {
		return t
	}
	holding := holder(id.kind, place(at))
	for _, o := range new.from {
		p.hide(region, o)
		p.worsen(region, holding, id.id)
	}
	for _, key := range sortedKeys(new.items) {
		it := new.items[key]
		if old != nil && old.items[key] != nil && old.items[key].same(it) {
			continue
		}
		for _, name := range sortedKeys(it.hidden) {
			p.hide(region, it.hidden[name])
			p.worsen(region, holding, id.id)
		}
	}
	items, _ := get(t, split(at)).([]any)
	return put(t, split(at), sortedList(new.edit(slices.Clone(items), old)))
}

// sortedList puts the items of a list whose order means nothing in canonical
// order.
func sortedList(items []any) tree {
	nodes := make([]*snapshot.Node, len(items))
	for i, item := range items {
		nodes[i] = freeze(item)
	}
	return thaw(snapshot.Sorted(nodes))
}

// place is the name that a mapping gives to a path.
func place(at path) string {
	if rest, ok := strings.CutPrefix(at, "attributes"+between); ok {
		return strings.ReplaceAll(rest, between, ".")
	}
	return aspect + at
}

// made gives an object that the picture does not show its region, its empty
// lists, and the calls that would tell of it.
func (p *picture) made(id objectID, o *draft) []string {
	region := o.region
	switch {
	case global(id.kind):
		region = snapshot.Global
	case region == "":
		region = p.home
	}
	if region != snapshot.Global && !slices.Contains(p.regions, region) {
		p.regions = append(p.regions, region)
	}
	fields := map[string]*snapshot.Node{"attributes": snapshot.NewObject(nil)}
	for _, name := range sortedKeys(o.calls) {
		p.states[call(region, name, id.id)] = state{state: snapshot.Read}
	}
	for name := range o.shared {
		c := call(region, name, id.id)
		if !o.created {
			p.states[c] = state{state: snapshot.Narrowed, code: notInPlan}
			continue
		}
		p.states[c] = state{state: snapshot.Read}
		for _, op := range p.about[id.kind] {
			if op.Product+"."+op.Operation == name {
				empty(fields, op)
			}
		}
	}
	if !o.own {
		for at := range o.parts {
			if holding := holder(id.kind, place(at)); holding != "" {
				p.states[call(region, holding, id.id)] = state{state: snapshot.Narrowed, code: notInPlan}
			}
		}
	}
	p.put(id.kind, region, id.id, snapshot.NewObject(fields))
	return []string{region}
}

// empty adds the lists of an operation, which hold nothing yet.
func empty(fields map[string]*snapshot.Node, op collector.Op) {
	if op.Aspect != "" && op.Payload.Type == collector.Objects {
		fields[string(op.Aspect)] = snapshot.NewArray()
	}
	for _, part := range op.Parts {
		if part.Type == collector.Objects {
			fields[string(part.Aspect)] = snapshot.NewArray()
		}
	}
	if op.Own {
		for _, must := range op.Must {
			if must.Type == collector.Objects && len(op.Parts) == 0 {
				fields["attributes"] = freeze(put(map[string]any{}, strings.Split(must.Path, "."), []any{}))
			}
		}
	}
}

// global reports whether objects of a kind are in no region.
func global(kind snapshot.Kind) bool {
	return slices.Contains([]snapshot.Kind{snapshot.RAMUser, snapshot.RAMGroup, snapshot.RAMRole, snapshot.RAMPolicy}, kind)
}

// blur says that a list of every object of a kind may hold more, in the region
// that what is lost says, else in all.
func (p *picture) blur(s stray) {
	p.reported = true
	regions := []string{s.region}
	switch {
	case global(s.kind):
		regions = []string{snapshot.Global}
	case s.region == "" && len(p.regions) > 0:
		regions = p.regions
	case s.region == "":
		regions = []string{p.home}
	}
	for _, region := range regions {
		p.hide(region, s.origin)
		holding, objects := holder(s.kind, s.part), sortedKeys(p.objects[s.kind][region])
		if s.part == "" || holding == "" || len(objects) == 0 {
			p.worsen(region, p.listing[s.kind], "")
			if s.says != "" { // any of them may become another
				for _, id := range objects {
					for _, op := range p.about[s.kind] {
						p.worsen(region, op.Product+"."+op.Operation, id)
					}
				}
			}
			continue
		}
		for _, id := range objects {
			p.worsen(region, holding, id)
		}
	}
}

// detach removes the account's attachments of policies that an identity lost.
func (p *picture) detach(id objectID, region string, old, new *draft) {
	before, after := old.parts[string(snapshot.Policies)], new.parts[string(snapshot.Policies)]
	if before == nil {
		return
	}
	for key, it := range before.items {
		if after != nil && after.items[key] != nil {
			continue
		}
		policy := it.fields["PolicyType"].node.Text() + "/" + it.fields["PolicyName"].node.Text()
		for _, other := range sortedKeys(p.objects[snapshot.PolicyAttachment][region]) {
			a := p.objects[snapshot.PolicyAttachment][region][other].Get("attributes")
			name, _, _ := strings.Cut(a.Get("PrincipalName").Text(), "@")
			if name == id.id && principal(id.kind) == a.Get("PrincipalType").Text() && a.Get("ResourceGroupId").Text() == p.id &&
				policy == a.Get("PolicyType").Text()+"/"+a.Get("PolicyName").Text() {
				delete(p.objects[snapshot.PolicyAttachment][region], other)
			}
		}
	}
}

func principal(kind snapshot.Kind) string {
	return map[snapshot.Kind]string{snapshot.RAMUser: "IMSUser", snapshot.RAMGroup: "IMSGroup", snapshot.RAMRole: "ServiceRole"}[kind]
}

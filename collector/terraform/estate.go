package terraform

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// unnamed stands for an account or a region that a plan does not name.
const unnamed = "unknown"

// Snapshot is the planned side as an estate. Lists of the account were not read:
// a plan speaks of its own resources alone.
func (p *Plan) Snapshot() (*snapshot.Snapshot, *Origins, error) {
	var accounts []*snapshot.Node
	of := &Origins{}
	for _, part := range p.byAccount() {
		n, after := part.alone()
		accounts = append(accounts, n)
		of.add(n, after)
	}
	slices.SortFunc(accounts, func(a, b *snapshot.Node) int { return cmp.Compare(a.Get("id").Text(), b.Get("id").Text()) })
	return of.assemble(accounts)
}

// alone is the planned side as an account.
func (p *Plan) alone() (*snapshot.Node, *drafts) {
	after := p.after(nowhere)
	pic := newPicture(cmp.Or(p.account, unnamed))
	pic.takenAt = p.TakenAt
	pic.home = p.homeOf(after)
	pic.overlay(&drafts{objects: map[objectID]*draft{}}, after)
	if len(pic.regions) == 0 {
		pic.regions = append(pic.regions, pic.home)
	}
	for _, name := range pic.listing {
		product, _, _ := strings.Cut(name, ".")
		regions := pic.regions
		if product == "ram" || product == "resourcemanager" || product == "sts" {
			regions = []string{snapshot.Global}
		}
		for _, region := range regions {
			if _, made := pic.states[call(region, name, "")]; !made {
				pic.states[call(region, name, "")] = state{state: snapshot.Narrowed, code: notInPlan}
			}
		}
	}
	return pic.node(), after
}

// Overlay is a live estate as it shall be: changed by what differs between the
// sides of the plan, matched by the ids of objects. A plan that changes nothing
// gives the same snapshot. An account that is not in the live estate is added as
// the plan knows it.
func (p *Plan) Overlay(live *snapshot.Snapshot) (*snapshot.Snapshot, *Origins, error) {
	parts, apart, err := p.matched(live)
	if err != nil {
		return nil, nil, err
	}
	of, changed := &Origins{}, len(apart) > 0
	var accounts []*snapshot.Node
	for i, n := range live.Root().Get("accounts").Items() {
		n = n.Clone(nil)
		if part := parts[i]; part != nil {
			account := live.Accounts()[i]
			before, after := part.before(finder(account)), part.after(finder(account))
			pic := pictureOf(account)
			pic.home = part.homeOf(after, account.Regions...)
			pic.overlay(before, after)
			if pic.reported {
				n, changed = pic.node(), true
			}
			of.add(n, after)
		}
		accounts = append(accounts, n)
	}
	if !changed {
		of.root = live.Root()
		return live, of, nil
	}
	for _, part := range apart {
		n, after := part.alone()
		accounts = append(accounts, n)
		of.add(n, after)
	}
	return of.assemble(accounts)
}

// assemble makes a snapshot of accounts, which values are then looked up in.
func (o *Origins) assemble(accounts []*snapshot.Node) (*snapshot.Snapshot, *Origins, error) {
	s, err := assemble(accounts)
	if err != nil {
		return nil, nil, err
	}
	o.root = s.Root()
	return s, o, nil
}

func assemble(accounts []*snapshot.Node) (*snapshot.Snapshot, error) {
	s, err := snapshot.New(snapshot.NewObject(map[string]*snapshot.Node{
		"schema": snapshot.NewString(snapshot.Schema), "accounts": snapshot.NewArray(accounts...),
	}))
	if err != nil {
		return nil, fmt.Errorf("assemble snapshot of Terraform plan: %w", err)
	}
	return s, nil
}

// finder looks objects up in an account, in any region.
func finder(a *snapshot.Account) elsewhere {
	return func(kind snapshot.Kind, id string) snapshot.Object {
		for _, region := range append(slices.Clone(a.Regions), snapshot.Global) {
			if o := a.Object(kind, region, id); o.Exists() {
				return o
			}
		}
		return snapshot.Object{}
	}
}

// nowhere finds nothing.
func nowhere(snapshot.Kind, string) snapshot.Object { return snapshot.Object{} }

// matched finds what of a plan is about each account of a live snapshot, by its
// place there, and what is about others.
func (p *Plan) matched(live *snapshot.Snapshot) (parts map[int]*Plan, apart []*Plan, err error) {
	parts = map[int]*Plan{}
	for _, part := range p.byAccount() {
		i, err := part.match(live)
		switch {
		case err != nil:
			return nil, nil, err
		case i < 0:
			apart = append(apart, part)
		case parts[i] == nil:
			parts[i] = part
		default:
			maps.Copy(parts[i].prior, part.prior)
			maps.Copy(parts[i].planned, part.planned)
		}
	}
	return parts, apart, nil
}

// match returns which account of a live snapshot a plan is about: the one that it
// names, else the one that knows most of its objects, else the only one. It is -1
// for the account of another provider, and an error when it could be any.
func (p *Plan) match(live *snapshot.Snapshot) (int, error) {
	accounts := live.Accounts()
	best, most, even := -1, 0, false
	for i, a := range accounts {
		if a.ID == p.account {
			return i, nil
		}
		known, find := 0, finder(a)
		for _, id := range p.before(find).ids() {
			if find(id.kind, id.id).Exists() {
				known++
			}
		}
		switch {
		case known > most:
			best, most, even = i, known, false
		case known == most && known > 0:
			even = true
		}
	}
	switch {
	case best >= 0 && !even:
		return best, nil
	case p.alias:
		return -1, nil
	case len(accounts) == 0:
		return 0, errors.New("apply Terraform plan: the live snapshot holds no account")
	case p.account != "":
		return 0, fmt.Errorf("apply Terraform plan: it is about account %s, and the live snapshot about %s; collect that account", p.account, accounts[0].ID)
	case len(accounts) == 1 || len(p.planned)+len(p.prior) == 0:
		return 0, nil
	}
	return 0, fmt.Errorf("apply Terraform plan: the live snapshot holds %d accounts, and nothing in the plan tells which one it is about; name one in the provider (account_id), or use a snapshot of that account alone", len(accounts))
}

// homeOf is the region of objects that do not say where they are: that of the
// provider, else the only one that others of this provider are in.
func (p *Plan) homeOf(d *drafts, others ...string) string {
	if p.region != "" {
		return p.region
	}
	said := map[string]bool{}
	for _, o := range d.objects {
		if o.region != "" && !o.alias {
			said[o.region] = true
		}
	}
	for _, regions := range [][]string{sortedKeys(said), others} {
		if len(regions) == 1 {
			return regions[0]
		}
	}
	return unnamed
}

package terraform

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"esaudit/snapshot"
)

// unnamed stands for an account or a region that a plan does not name.
const unnamed = "unknown"

// Snapshot is the planned side as an estate. Lists of the account were not read:
// a plan speaks of its own resources alone.
func (p *Plan) Snapshot() (*snapshot.Snapshot, *Origins, error) {
	all := mappings()
	after := draw(p.planned, all, func(snapshot.Kind, string) snapshot.Object { return snapshot.Object{} })
	pic := newPicture(p.account())
	pic.takenAt = p.TakenAt
	if pic.takenAt.IsZero() {
		pic.takenAt = time.Time{}
	}
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
	s, err := assemble([]*snapshot.Node{pic.node()})
	return s, after.origins(s), err
}

// Overlay is a live estate as it shall be: changed by what differs between the
// sides of the plan, matched by the ids of objects. A plan that changes nothing
// gives the same snapshot.
func (p *Plan) Overlay(live *snapshot.Snapshot) (*snapshot.Snapshot, *Origins, error) {
	all := mappings()
	account, err := p.match(live, all)
	if err != nil {
		return nil, nil, err
	}
	find := finder(account)
	before, after := draw(p.prior, all, find), draw(p.planned, all, find)
	pic := pictureOf(account)
	pic.home = p.homeOf(after, account.Regions...)
	pic.overlay(before, after)
	if !pic.reported {
		return live, after.origins(live), nil
	}
	var accounts []*snapshot.Node
	for i, a := range live.Accounts() {
		if a == account {
			accounts = append(accounts, pic.node())
		} else {
			accounts = append(accounts, live.Root().Get("accounts").Items()[i].Clone(nil))
		}
	}
	s, err := assemble(accounts)
	return s, after.origins(s), err
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

// match returns the account of a live snapshot that a plan is about: the one that
// knows most of its objects.
func (p *Plan) match(live *snapshot.Snapshot, all map[string][]mapping) (*snapshot.Account, error) {
	accounts := live.Accounts()
	if len(accounts) == 0 {
		return nil, fmt.Errorf("apply Terraform plan: the live snapshot holds no account")
	}
	best, most := accounts[0], -1
	for _, a := range accounts {
		known, find := 0, finder(a)
		for _, id := range draw(p.prior, all, find).ids() {
			if find(id.kind, id.id).Exists() {
				known++
			}
		}
		if known > most || known == most && a.ID == p.account() {
			best, most = a, known
		}
	}
	return best, nil
}

// account is the account that the plan's values name.
func (p *Plan) account() string {
	for _, address := range sortedKeys(p.planned) {
		r := p.planned[address]
		if parts := strings.Split(r.values.Get("arn").Text(), ":"); r.kind == "alicloud_ram_role" && len(parts) > 4 && parts[3] != "" {
			return parts[3]
		}
	}
	return unnamed
}

// homeOf is the region of objects that do not say where they are: that of the
// provider, else the only one that others are in.
func (p *Plan) homeOf(d *drafts, others ...string) string {
	if p.region != "" {
		return p.region
	}
	said := map[string]bool{}
	for _, o := range d.objects {
		said[o.region] = true
	}
	delete(said, "")
	for _, regions := range [][]string{sortedKeys(said), others} {
		if len(regions) == 1 {
			return regions[0]
		}
	}
	return unnamed
}

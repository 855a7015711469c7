package facts

import (
	"cmp"
	"slices"

	"esaudit/snapshot"
)

// Drift is how the live objects of a subject differ from a plan's view of the
// present, or from a stored state. Those of objects that are no subjects are with
// what they are part of: a listener's with its load balancer, else with the
// region or the account.
type Drift struct {
	Compared    int          `json:"compared"` // objects
	Differences []Difference `json:"differences"`
	Unread      []Unread     `json:"unread"`
}

// Difference is one value that is not as it was stored. Gone: the whole object is
// not there.
type Difference struct {
	Object string `json:"object"`           // kind and id
	Field  string `json:"field"`            // by the vendor's name; "" when the object is gone
	Gone   bool   `json:"gone"`             // the object is not there
	Stored any    `json:"stored,omitempty"` // left out when there was none
	Live   any    `json:"live,omitempty"`   // left out when there is none
	Origin string `json:"origin"`           // the resource that says so
	At     string `json:"at"`
}

// Unread is a stored object that no list was read to find.
type Unread struct {
	Object string `json:"object"`
	Settle []Call `json:"settle"`
}

// Compared is one stored object that was held against the live ones.
type Compared struct {
	Account     string        `json:"account"`
	Region      string        `json:"region"` // snapshot.Global for services without regions
	Kind        snapshot.Kind `json:"kind"`
	ID          string        `json:"id"`
	Holder      string        `json:"holder"` // the id of what it is part of; ""
	Differences []Difference  `json:"differences"`
	Unread      snapshot.Call `json:"unread"` // the list that would show it, when that was not read
}

// Compare adds to subjects how they drifted. Every region and account that was
// compared has a drift, and every subject that was.
func (d *Document) Compare(s *snapshot.Snapshot, list []Compared) {
	byAccount := map[string]*snapshot.Account{}
	for _, a := range s.Accounts() {
		byAccount[a.ID] = a
	}
	subjects := map[[4]string]*Subject{}
	for i := range d.Subjects {
		x := &d.Subjects[i]
		subjects[[4]string{x.Account, x.Region, x.Kind, x.ID}] = x
	}
	for _, c := range list {
		x := c.subject(subjects)
		if x == nil {
			continue
		}
		if x.Drift == nil {
			x.Drift = &Drift{Differences: []Difference{}, Unread: []Unread{}}
		}
		x.Drift.Compared++
		x.Drift.Differences = append(x.Drift.Differences, c.Differences...)
		if a := byAccount[c.Account]; c.Unread != (snapshot.Call{}) && a != nil {
			x.Drift.Unread = append(x.Drift.Unread, Unread{string(c.Kind) + " " + c.ID, calls(a, []snapshot.Call{c.Unread})})
		}
	}
	for _, x := range d.Subjects {
		if x.Drift != nil {
			slices.SortFunc(x.Drift.Differences, func(a, b Difference) int {
				return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Field, b.Field), cmp.Compare(a.At, b.At), cmp.Compare(a.Origin, b.Origin))
			})
		}
	}
}

// subject is the subject that tells of an object: itself, what it is part of,
// its region, or its account.
func (c Compared) subject(subjects map[[4]string]*Subject) *Subject {
	own := map[snapshot.Kind]string{
		snapshot.Cluster: "elasticsearch", snapshot.CLB: "clb", snapshot.NLB: "nlb", snapshot.EndpointService: "endpoint-service", snapshot.ECS: "ecs",
		snapshot.VPC: "vpc", snapshot.VSwitch: "vswitch", snapshot.NATGateway: "nat", snapshot.RAMUser: "ram-user", snapshot.RAMRole: "ram-role",
		snapshot.RAMGroup: "ram-group",
	}[c.Kind]
	holder := map[snapshot.Kind]string{
		snapshot.CLBListener: "clb", snapshot.CLBVServerGroup: "clb", snapshot.CLBMasterSlaveServerGroup: "clb", snapshot.NLBListener: "nlb",
	}[c.Kind]
	region := c.Region
	if own == "ram-user" || own == "ram-role" || own == "ram-group" {
		region = ""
	}
	for _, key := range [][4]string{
		{c.Account, region, own, c.ID}, {c.Account, c.Region, holder, c.Holder}, {c.Account, c.Region, "region", c.Region}, {c.Account, "", "account", c.Account},
	} {
		if x := subjects[key]; x != nil {
			return x
		}
	}
	return nil
}

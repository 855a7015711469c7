package facts

import (
	"esaudit/graph"
	"esaudit/snapshot"
)

// AccountFacts is what is known of an account as a whole.
type AccountFacts struct {
	Lists  []List  `json:"lists"`  // the calls that name its users, groups and roles
	Caller Caller  `json:"caller"` // who made the calls
	Trails []Trail `json:"trails"` // of all regions
	// TrailLists are the calls that would list them, one a region.
	TrailLists []Call `json:"trail_lists"`
}

// Trail is an audit trail as one region lists it.
type Trail struct {
	Name         string `json:"name"`
	ListedIn     string `json:"listed_in"`
	Regions      Ref    `json:"regions"` // All, or regions
	Events       Ref    `json:"events"`  // All, Read or Write
	Status       Ref    `json:"status"`
	Organization Ref    `json:"organization"` // it is the management account's
	At           At     `json:"at"`
}

// accounts are the accounts themselves.
func accounts(g *graph.Graph) list { return accountsOf(g.Snapshot()) }

func accountsOf(s *snapshot.Snapshot) list {
	return listOf(s.Accounts(), func(a *snapshot.Account, yield func(Subject) bool) bool {
		o := snapshot.Object{Account: a, ID: a.ID}
		return yield(subject(o, "account", "", "account/"+a.ID, "", accountFacts(a)))
	})
}

func accountFacts(a *snapshot.Account) AccountFacts {
	f := AccountFacts{Lists: []List{}, Caller: callerOf(a), Trails: []Trail{}, TrailLists: []Call{}}
	add := func(kind, operation string) {
		f.Lists = append(f.Lists, List{kind, callOf(a, userCall(operation, ""))})
	}
	add("ram-user", "ListUsers")
	add("ram-group", "ListGroups")
	add("ram-role", "ListRoles")
	for _, o := range a.Objects(snapshot.Trail) {
		if !o.Attr("Name").Exists() { // no list shows it
			continue
		}
		organization := ref(nil, o.Attr("IsOrganizationTrail"), o.Node)
		if on, ok := o.Attr("IsOrganizationTrail").Bool(); ok {
			organization.Value = on
		}
		f.Trails = append(f.Trails, Trail{
			Name: o.ID, ListedIn: o.Region, Regions: known(o.Attr("TrailRegion"), o.Node), Events: known(o.Attr("EventRW"), o.Node),
			Status: known(o.Attr("Status"), o.Node), Organization: organization, At: At{o.Node},
		})
	}
	for _, region := range graph.Regions(a) {
		f.TrailLists = append(f.TrailLists, callOf(a, snapshot.Call{Region: region, Product: "actiontrail", Operation: "DescribeTrails"}))
	}
	return f
}

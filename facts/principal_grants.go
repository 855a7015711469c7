package facts

import (
	"fmt"
	"slices"
	"sync"

	"esaudit/ram"
	"esaudit/snapshot"
)

// Grant is a statement of a policy that a principal has.
type Grant struct {
	Effect       string      `json:"effect"` // allow or deny
	Policy       string      `json:"policy"` // Type/Name
	Via          string      `json:"via"`    // the group through which a user has it; ""
	Scope        string      `json:"scope"`  // the resource group it counts for; "" is the account
	Actions      []string    `json:"actions"`
	NotActions   []string    `json:"not_actions"`
	Resources    []string    `json:"resources"`
	NotResources []string    `json:"not_resources"`
	Condition    string      `json:"condition"` // whether it is met: yes, no or unknown
	Conditions   []Condition `json:"conditions"`
	At           At          `json:"at"`          // the statement
	AttachedAt   At          `json:"attached_at"` // its policy, among those of the principal
}

// Condition is one key of one operator.
type Condition struct {
	Operator string   `json:"operator"`
	Key      string   `json:"key"`
	Values   []string `json:"values"`
	Met      string   `json:"met"` // yes, no or unknown
}

// Decision says by what a principal may do some actions: everywhere on every
// instance of the account, somewhere on any resource at all.
type Decision struct {
	Actions    []string `json:"actions"`
	Everywhere Power    `json:"everywhere"`
	Somewhere  Power    `json:"somewhere"`
}

// Power names grants by their index.
type Power struct {
	Known  bool  `json:"known"`  // nothing unread may change it
	By     []int `json:"by"`     // statements that allow, and that nothing denies unconditionally
	Unless []int `json:"unless"` // statements that deny under a condition
}

// everything is the name of all actions of all products.
const everything = "*:*"

// powers gathers the statements of a principal, and what they come to.
func (f *PrincipalFacts) powers(a *snapshot.Account, d *ram.Directory, p ram.Principal, known *decided) {
	grants := d.Grants(p, request(a))
	f.Grants, f.Settle = make([]Grant, 0, len(grants.List)), calls(a, grants.Settle())
	for _, g := range grants.List {
		f.Grants = append(f.Grants, grantOf(a, g))
	}
	f.Decisions = known.of(grants, f.Caller)
}

// decided keeps what lists of statements come to: the members of a group, say,
// have the same. Several goroutines may ask.
type decided struct {
	lock      sync.Mutex
	longer    map[longer]int // numbers of lists; the empty one's is 0
	decisions map[[2]int][]Decision
}

func newDecided() *decided {
	return &decided{longer: map[longer]int{}, decisions: map[[2]int][]Decision{}}
}

// longer is a list with one more statement, or with a gap.
type longer struct {
	list      int
	statement *snapshot.Node // nil for a gap
	group     string         // the resource group it counts for
	condition ram.Truth
}

// of returns what grants come to. The caller must not change it.
func (d *decided) of(grants ram.Grants, caller bool) []Decision {
	key, out, known := d.find(grants, caller)
	if !known {
		out = decide(grants, caller)
		d.lock.Lock()
		defer d.lock.Unlock()
		d.decisions[key] = out
	}
	return out
}

func (d *decided) find(grants ram.Grants, caller bool) (key [2]int, out []Decision, known bool) {
	d.lock.Lock()
	defer d.lock.Unlock()
	list := 0
	add := func(l longer) {
		if d.longer[l] == 0 {
			d.longer[l] = len(d.longer) + 1
		}
		list = d.longer[l]
	}
	for _, g := range grants.List {
		add(longer{list, g.Node, g.Attachment.Group, g.Condition})
	}
	for _, gap := range grants.Gaps {
		add(longer{list: list, group: gap.Group})
	}
	key[0] = list
	if caller {
		key[1] = 1
	}
	out, known = d.decisions[key]
	return key, out, known
}

// decide works out what grants come to.
func decide(grants ram.Grants, caller bool) (out decisions) {
	powers, known := grants.Powers(), map[string][2]Power{}
	add := func(name, example string) {
		alike := powers.Alike(example)
		both, there := known[alike]
		if !there {
			both = [2]Power{powerOf(powers.Everywhere(example)), powerOf(powers.Somewhere(example))}
			known[alike] = both
		}
		out.add(name, both[0], both[1])
	}
	for _, action := range ram.Actions() {
		add(action, action)
	}
	named := grants.Named("elasticsearch:")
	if caller {
		named = grants.Named("")
	}
	for _, pattern := range named {
		if pattern != everything {
			add(pattern, ram.Example(pattern))
		}
	}
	whole := powerOf(powers.Everything())
	out.add(everything, whole, whole)
	return out
}

type decisions []Decision

// add adds an action to those of which the same is true.
func (list *decisions) add(action string, everywhere, somewhere Power) {
	i := slices.IndexFunc(*list, func(d Decision) bool { return d.Everywhere.equal(everywhere) && d.Somewhere.equal(somewhere) })
	if i < 0 {
		*list = append(*list, Decision{[]string{action}, everywhere, somewhere})
		return
	}
	(*list)[i].Actions = append((*list)[i].Actions, action)
}

func (p Power) equal(q Power) bool {
	return p.Known == q.Known && slices.Equal(p.By, q.By) && slices.Equal(p.Unless, q.Unless)
}

func powerOf(p ram.Power) Power {
	out := Power{p.Known, p.By, p.Unless}
	if out.By == nil {
		out.By = []int{}
	}
	if out.Unless == nil {
		out.Unless = []int{}
	}
	return out
}

func grantOf(a *snapshot.Account, g ram.Grant) Grant {
	out := Grant{
		Effect: map[bool]string{true: "allow", false: "deny"}[g.Allow], Policy: g.Name, Via: g.Via, Scope: g.Attachment.Group,
		Actions: []string{}, NotActions: []string{}, Resources: []string{}, NotResources: []string{},
		Condition: g.Condition.String(), At: At{g.Node}, AttachedAt: At{g.Attachment.At},
	}
	if texts, not := g.Statement.Actions(); not {
		out.NotActions = texts
	} else {
		out.Actions = texts
	}
	if texts, not := g.Statement.Resources(); not {
		out.NotResources = texts
	} else {
		out.Resources = texts
	}
	parts, _ := g.Statement.Conditions(request(a))
	out.Conditions = conditionsOf(parts)
	return out
}

func conditionsOf(parts []ram.Condition) []Condition {
	out := []Condition{}
	for _, c := range parts {
		out = append(out, Condition{c.Operator, c.Key, append([]string{}, c.Values...), fmt.Sprint(c.Met)})
	}
	return out
}

// Trust is who may assume a role by its trust policy.
type Trust struct {
	Known   bool      `json:"known"` // all of it was read
	Trusted []Trusted `json:"trusted"`
	Settle  []Call    `json:"settle"`
	At      At        `json:"at"`
}

// Trusted is one of those that a trust policy names.
type Trusted struct {
	Type       string      `json:"type"`    // RAM, Service, Federated; "" is anybody
	Value      string      `json:"value"`   // as written
	Account    string      `json:"account"` // whose it is; * is every account's, "" not known or a service
	Condition  string      `json:"condition"`
	Conditions []Condition `json:"conditions"`
	At         At          `json:"at"`
}

func trustOf(a *snapshot.Account, d *ram.Directory, role ram.Principal) *Trust {
	list, known := d.Trust(role, request(a))
	out := &Trust{Known: known, Trusted: []Trusted{}, Settle: calls(a, d.TrustCalls(role)), At: ref(nil, role.Object.Attr("AssumeRolePolicyDocument"), role.Object.Node).At}
	for _, t := range list {
		out.Trusted = append(out.Trusted, Trusted{
			Type: t.Type, Value: t.Name, Account: t.Account, Condition: t.Condition.String(), Conditions: conditionsOf(t.Conditions), At: At{t.Node},
		})
	}
	return out
}

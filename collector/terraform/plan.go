package terraform

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"esaudit/snapshot"
)

// Plan is a Terraform plan, or a state, which plans nothing.
type Plan struct {
	TakenAt time.Time // when the plan was made; the zero time when it does not say

	state          bool
	prior, planned side
	region         string // of the provider; "" when not known
}

// IsPlan reports whether a document is a plan or a state in Terraform's JSON.
func IsPlan(root *snapshot.Node) bool {
	_, versioned := root.Get("format_version").Str()
	return versioned && (root.Get("planned_values").Exists() || root.Get("resource_changes").Exists() || root.Get("terraform_version").Exists())
}

// Parse reads a plan or a state.
func Parse(data []byte) (*Plan, error) {
	root, err := snapshot.ParseJSON(data)
	if err != nil {
		return nil, fmt.Errorf("read Terraform plan: %w", err)
	}
	if !IsPlan(root) {
		return nil, errors.New("read Terraform plan: no format_version with planned_values; `terraform show -json PLAN` writes one")
	}
	version := root.Get("format_version").Text()
	if major, _, _ := strings.Cut(version, "."); major != "0" && major != "1" {
		return nil, fmt.Errorf("read Terraform plan: format_version %q: this version reads 0.x and 1.x", version)
	}
	if errored, _ := root.Get("errored").Bool(); errored {
		return nil, errors.New("read Terraform plan: planning failed, so it is not whole; plan again")
	}
	p := &Plan{state: !root.Get("planned_values").Exists() && !root.Get("resource_changes").Exists()}
	if t, err := time.Parse(time.RFC3339, root.Get("timestamp").Text()); err == nil {
		p.TakenAt = t.UTC()
	}
	c := readConfiguration(root)
	p.region = c.region()
	p.prior, p.planned = side{}, side{}
	switch {
	case p.state:
		addModule(p.prior, root.Get("values", "root_module"), c)
		addModule(p.planned, root.Get("values", "root_module"), c)
	case root.Get("resource_changes").Exists():
		addChanges(p, root.Get("resource_changes"), c)
	default:
		addModule(p.prior, root.Get("prior_state", "values", "root_module"), c)
		addModule(p.planned, root.Get("planned_values", "root_module"), c)
	}
	return p, nil
}

// side is the resources of one side by address.
type side map[string]*resource

// resource is one resource of a side.
type resource struct {
	address string // module.x.alicloud_vpc.main["a"]
	kind    string // alicloud_vpc
	index   string // the key of count or for_each as JSON; "" for none
	block   block  // where it is written

	values  *snapshot.Node
	unknown *snapshot.Node // the shape of the values: true for what is known after apply
	secret  *snapshot.Node // the same for what is sensitive
	created bool           // it does not exist yet
	deposed bool
	config  *configuration
}

// block is a resource block of the configuration: the modules it is in, by name.
type block struct {
	module     string // "a.b"; "" for the root
	kind, name string
}

func ours(n *snapshot.Node) bool {
	mode := n.Get("mode").Text()
	if mode != "" && mode != "managed" {
		return false
	}
	name := n.Get("provider_name").Text()
	return strings.HasPrefix(n.Get("type").Text(), "alicloud_") && (name == "" || name == "alicloud" || strings.HasSuffix(name, "/alicloud"))
}

func newResource(n *snapshot.Node, c *configuration) *resource {
	r := &resource{address: n.Get("address").Text(), kind: n.Get("type").Text(), config: c}
	if index := n.Get("index"); index.Exists() {
		r.index = string(index.AppendJSON(nil))
	}
	r.block = block{module: moduleOf(r.address), kind: r.kind, name: n.Get("name").Text()}
	return r
}

// moduleOf returns the names of the modules in an address, without keys.
func moduleOf(address string) string {
	var names []string
	for strings.HasPrefix(address, "module.") {
		rest := address[len("module."):]
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			break
		}
		names = append(names, rest[:end])
		rest = rest[end:]
		if rest[0] == '[' {
			rest = rest[closing(rest):]
		}
		address = strings.TrimPrefix(rest, ".")
	}
	return strings.Join(names, ".")
}

// closing returns the offset behind the bracket that a text begins with.
func closing(text string) int {
	quoted := false
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ']' && !quoted:
			return i + 1
		}
	}
	return len(text)
}

// addModule adds the resources of a module of values and of those below it.
func addModule(s side, module *snapshot.Node, c *configuration) {
	for _, n := range module.Get("resources").Items() {
		if ours(n) {
			r := newResource(n, c)
			r.values, r.secret = n.Get("values"), n.Get("sensitive_values")
			s.add(r)
		}
	}
	for _, child := range module.Get("child_modules").Items() {
		addModule(s, child, c)
	}
}

// addChanges adds both sides of every change.
func addChanges(p *Plan, changes *snapshot.Node, c *configuration) {
	for _, n := range changes.Items() {
		if !ours(n) {
			continue
		}
		change, actions := n.Get("change"), ""
		for _, a := range n.Get("change", "actions").Items() {
			actions += a.Text() + " "
		}
		prior := newResource(n, c)
		prior.values, prior.secret, prior.deposed = change.Get("before"), change.Get("before_sensitive"), n.Get("deposed").Exists()
		p.prior.add(prior)
		planned := newResource(n, c)
		planned.values, planned.secret, planned.unknown = change.Get("after"), change.Get("after_sensitive"), change.Get("after_unknown")
		planned.created = strings.Contains(actions, "create")
		if strings.HasPrefix(actions, "forget") { // it stays, out of Terraform's sight
			planned.values, planned.secret, planned.unknown = prior.values, prior.secret, nil
		}
		p.planned.add(planned)
	}
}

func (s side) add(r *resource) {
	if r.values.Kind() != snapshot.Map {
		return
	}
	key := r.address
	if r.deposed {
		key += " (deposed)"
	}
	s[key] = r
}

// value returns an attribute that is known; nil for one that is not there.
// known is false for what is known after apply or kept secret.
func (r *resource) value(name string) (n *snapshot.Node, known bool) {
	if marked(r.unknown.Get(name)) || marked(r.secret.Get(name)) {
		return nil, false
	}
	return r.values.Get(name), true
}

// marked reports whether all of a value is marked, not a part of it.
func marked(n *snapshot.Node) bool {
	yes, _ := n.Bool()
	return yes
}

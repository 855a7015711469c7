package terraform

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
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
	account        string // the same

	alias bool  // it is the part of another provider than the first
	whole *Plan // that it is a part of; nil for a whole one
}

// IsPlan reports whether a document is a plan or a state in Terraform's JSON.
func IsPlan(root *snapshot.Node) bool {
	_, versioned := root.Get("format_version").Str()
	return versioned && (root.Get("planned_values").Exists() || root.Get("resource_changes").Exists() || root.Get("terraform_version").Exists())
}

// MistakenFor says what a document of Terraform is that is neither a plan nor a
// state in its JSON, and how one is made of it; "" for everything else.
func MistakenFor(data []byte) string {
	const show = "`terraform show -json PLAN > FILE` writes a plan, `terraform show -json > FILE` the state"
	first, _, _ := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	if line, err := snapshot.ParseJSON(first); err == nil && line.Get("@level").Exists() {
		return "it is what a run of Terraform said (-json), not a plan; " + show
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return "it is a plan as `terraform plan -out` stores it, or another archive; " + show
	}
	root, err := snapshot.ParseJSON(data)
	switch _, versioned := root.Get("format_version").Str(); {
	case err != nil || IsPlan(root):
		return ""
	case root.Get("lineage").Exists() && root.Get("serial").Exists():
		return "it is a state as Terraform stores it; " + show
	case versioned && len(root.Keys()) == 1:
		return "it is a state of Terraform that holds nothing; " + show
	case versioned && (root.Get("provider_schemas").Exists() || root.Get("valid").Exists()):
		return "it is of another command of Terraform than show; " + show
	}
	return ""
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
	p.region = c.region(c.provider(block{}))
	p.prior, p.planned = side{}, side{}
	addDeferred(p, root.Get("deferred_changes"), c)
	switch {
	case p.state:
		addModule(p.prior, root.Get("values", "root_module"), c)
		addModule(p.planned, root.Get("values", "root_module"), c)
	case root.Get("resource_changes").Exists():
		addChanges(p, root.Get("resource_changes"), c)
	default: // nothing is managed, or what is not known was left out
		untold := side{}
		addModule(untold, root.Get("planned_values", "root_module"), c)
		if len(untold) > 0 {
			return nil, errors.New("read Terraform plan: planned_values without resource_changes: it does not say what is known after apply; `terraform show -json PLAN` does")
		}
	}
	p.account = cmp.Or(c.account(c.provider(block{})), p.named())
	return p, nil
}

// side is the resources of one side by address.
type side map[string]*resource

// resource is one resource of a side.
type resource struct {
	address string // module.x.alicloud_vpc.main["a"]
	at      address
	kind    string // alicloud_vpc
	block   block  // where it is written
	region  string // of the provider that makes it; "" when not known
	account string // the same, "" for the plan's own
	alias   bool   // it is another provider than that of the whole plan

	values  *snapshot.Node
	unknown *snapshot.Node // the shape of the values: true for what is known after apply
	secret  *snapshot.Node // the same for what is sensitive
	created bool           // it does not exist yet
	leaving bool           // it is another object at the same address: deposed, or forgotten
	opaque  bool           // what becomes of it is not known: the values are those of before
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
	r.at = readAddress(r.address)
	r.block = block{module: r.at.modules, kind: r.kind, name: n.Get("name").Text()}
	provider := c.provider(r.block)
	r.region, r.account, r.alias = c.region(provider), c.account(provider), provider != c.provider(block{})
	return r
}

// addModule adds the resources of a module of values and of those below it.
func addModule(s side, module *snapshot.Node, c *configuration) {
	for _, n := range module.Get("resources").Items() {
		if ours(n) {
			r := newResource(n, c)
			r.values, r.secret, r.leaving = n.Get("values"), n.Get("sensitive_values"), n.Get("deposed_key").Exists()
			s.add(r, n.Get("deposed_key").Text())
		}
	}
	for _, child := range module.Get("child_modules").Items() {
		addModule(s, child, c)
	}
}

// addChanges adds both sides of every change.
func addChanges(p *Plan, changes *snapshot.Node, c *configuration) {
	for _, n := range changes.Items() {
		if ours(n) {
			p.addChange(n, c)
		}
	}
}

// addChange adds both sides of a change. What becomes of a resource that is
// deferred, or is done something unheard of, is not known.
func (p *Plan) addChange(n *snapshot.Node, c *configuration) {
	change, done := n.Get("change"), map[string]bool{}
	for _, a := range change.Get("actions").Items() {
		done[a.Text()] = true
	}
	deposed := n.Get("deposed").Text()
	prior, planned := newResource(n, c), newResource(n, c)
	prior.values, prior.secret, prior.leaving = change.Get("before"), change.Get("before_sensitive"), deposed != ""
	planned.values, planned.secret, planned.unknown = change.Get("after"), change.Get("after_sensitive"), change.Get("after_unknown")
	planned.created = done["create"]
	p.prior.add(prior, deposed)
	if done["forget"] { // it stays, out of Terraform's sight
		stays := *prior
		stays.leaving = true
		p.planned.add(&stays, "forgotten "+deposed)
	}
	for a := range done {
		planned.opaque = planned.opaque || !slices.Contains([]string{"no-op", "create", "read", "update", "delete", "forget"}, a)
	}
	if done["create"] || done["update"] || done["no-op"] {
		planned.opaque = planned.opaque || planned.values.Kind() != snapshot.Map || marked(planned.unknown) || marked(planned.secret)
	}
	if planned.opaque {
		planned.values = prior.values
	}
	if planned.opaque || deposed == "" && (len(done) > 1 || !done["forget"]) {
		p.planned.add(planned, "")
	}
}

// addDeferred adds what a plan puts off: it may change after all.
func addDeferred(p *Plan, list *snapshot.Node, c *configuration) {
	for _, n := range list.Items() {
		change := n.Get("resource_change")
		if !ours(change) {
			continue
		}
		prior, planned := newResource(change, c), newResource(change, c)
		prior.values, prior.secret = change.Get("change", "before"), change.Get("change", "before_sensitive")
		p.prior.add(prior, "")
		planned.values, planned.opaque = prior.values, true
		p.planned.add(planned, "")
	}
}

// add adds a resource; apart tells it from others at its address.
func (s side) add(r *resource, apart string) {
	if r.values.Kind() != snapshot.Map && !r.opaque {
		return
	}
	key := r.address
	if apart != "" {
		key += " (" + apart + ")"
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

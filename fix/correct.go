package fix

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/change"
	"esaudit/finding"
	"esaudit/snapshot"
)

// corrections are the corrections that rules name in their METADATA
// (custom.fix).
func corrections() map[string]func(*planner, finding.Finding, wish) {
	return map[string]func(*planner, finding.Finding, wish){
		"narrow-whitelist":       (*planner).narrow,
		"close-public-access":    turnOff("enablePublic"),
		"close-kibana-public":    turnOff("enableKibanaPublicNetwork"),
		"open-https":             (*planner).https,
		"enable-snapshots":       (*planner).snapshots,
		"close-endpoint-service": (*planner).closeService,
		"disconnect-consumers":   (*planner).disconnect,
		"replace-endpoint":       (*planner).replaceEndpoint,
		"create-endpoint":        (*planner).createEndpoints,
		"narrow-kibana-groups":   (*planner).openRules,
		"remove-acl-entries":     (*planner).aclEntries,
		"enable-health-check":    (*planner).healthChecks,
		"protect-load-balancer":  (*planner).protect,
		"remove-stale-backends":  (*planner).staleBackends,
		"revoke-open-rules":      (*planner).openRules,
		"edit-settings":          (*planner).settings,
	}
}

// Corrections are the ids of the corrections that rules may name, sorted.
func Corrections() []string { return slices.Sorted(maps.Keys(corrections())) }

// correct plans what mends a finding, or says how to do it by hand.
func (p *planner) correct(f finding.Finding) {
	w := wish{subject: f.Subject, why: Why{f.Rule, f.Fingerprint, f.Message}}
	if do, there := corrections()[f.Remediation.Fix]; there {
		do(p, f, w)
		return
	}
	p.byHand(w, p.console(f)...)
}

// console is what a rule says of mending it by hand.
func (p *planner) console(f finding.Finding) []string {
	var out []string
	for _, r := range p.Rules {
		if r.ID == f.Rule && r.Console != "" {
			out = append(out, "Console: "+r.Console)
		}
	}
	out = append(out, strings.Join(strings.Fields(f.Remediation.Text), " "))
	if len(f.Remediation.API) > 0 {
		out = append(out, "API: "+strings.Join(f.Remediation.API, ", "))
	}
	return out
}

// objectAt is the object that a pointer leads into:
// /accounts/N/objects/KIND/REGION/ID/...
func (p *planner) objectAt(pointer string) (snapshot.Object, bool) {
	parts := strings.Split(pointer, "/")
	if len(parts) < 7 || parts[1] != "accounts" || parts[3] != "objects" {
		return snapshot.Object{}, false
	}
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	o := p.account.Object(snapshot.Kind(parts[4]), strings.TrimSuffix(parts[5], "global"), unescape.Replace(parts[6]))
	return o, o.Exists()
}

// find is an object by its kind and id.
func (p *planner) find(kind snapshot.Kind, id string) (snapshot.Object, bool) {
	for _, o := range p.account.Objects(kind) {
		if o.ID == id {
			return o, true
		}
	}
	return snapshot.Object{}, false
}

// clusterSubject is a cluster as findings name it.
func (p *planner) clusterSubject(o snapshot.Object) finding.Subject {
	return p.subject(o, "elasticsearch", "elasticsearch", "instances", o.Attr("description").Text())
}

func (p *planner) subject(o snapshot.Object, kind, product, path, name string) finding.Subject {
	return finding.Subject{
		ARN: fmt.Sprintf("acs:%s:%s:%s:%s/%s", product, o.Region, p.account.ID, path, o.ID), Kind: kind, ID: o.ID,
		Region: o.Region, Name: name, Account: p.account.ID,
	}
}

// raw is a value of the snapshot as JSON; null when it is not there.
func raw(n *snapshot.Node) json.RawMessage {
	if !n.Exists() {
		return json.RawMessage("null")
	}
	return n.AppendCompact(nil)
}

// item is the item of a list that a pointer leads to or into: the one whose
// list stands under the key.
func (p *planner) item(pointer, key string) *snapshot.Node {
	n := p.Snapshot.Root().Resolve(pointer)
	for n != nil && n.Kind() != snapshot.Absent {
		if n.Parent() != nil && n.Parent().Kind() == snapshot.Array && n.Parent().Key() == key {
			return n
		}
		n = n.Parent()
	}
	return nil
}

// grant plans one edit that somebody wishes, or that a cut needs.
func (p *planner) grant(e change.Edit) error {
	kind, list, cluster, holder, entry := e.Place()
	w := wish{why: Why{Message: e.Verb.String() + " " + e.String()}}
	switch kind {
	case "whitelist":
		return p.wishEntry(e, w, cluster, list, holder, entry)
	case "sg":
		return p.wishPart(w, snapshot.SecurityGroup, snapshot.Rules, holder, "SecurityGroupRuleId", entry, p.revoke)
	case "server":
		id, port, _ := strings.Cut(entry, ":")
		return p.wishServer(w, holder, id, port)
	case "user":
		return p.wishUser(e, w, holder, entry)
	case "connection":
		return p.wishConnection(w, holder, entry)
	case "endpoint":
		return p.wishEndpoint(e, w, holder, entry)
	case "acl":
		return p.wishACL(e, w, holder, entry)
	case "yml":
		return p.wishSetting(w, holder, entry, nil)
	case "":
		return p.wishField(e, w)
	}
	p.byHand(w, handmade(e)...)
	return nil
}

// handmade says how to do an edit that has no correction.
func handmade(e change.Edit) []string {
	kind, _, _, holder, entry := e.Place()
	switch kind {
	case "listener":
		return []string{fmt.Sprintf("Stop or delete the listener on port %s of %s.", entry, holder),
			"API: slb:StopLoadBalancerListener, nlb:StopListener"}
	case "dnat":
		return []string{fmt.Sprintf("Delete forward entry %s of NAT gateway %s.", entry, holder), "API: vpc:DeleteForwardEntry"}
	case "kibana":
		return []string{fmt.Sprintf("Change the security groups of the private Kibana of %s: %s %s.", holder, e.Verb, entry), "API: elasticsearch:UpdateKibanaPvlNetwork"}
	}
	return []string{fmt.Sprintf("%s %s by hand.", e.Verb, e)}
}

// wishEntry appends or deletes an entry of a group.
func (p *planner) wishEntry(e change.Edit, w wish, cluster, list, name, entry string) error {
	found := false
	for _, o := range p.account.Objects(snapshot.Cluster) {
		if cluster != "" && o.ID != cluster {
			continue
		}
		g := group{o, list, name}
		w.asked = true
		w.subject = p.clusterSubject(o)
		if e.Verb == change.Add {
			found = true
			if slices.ContainsFunc(p.current(g), func(element string) bool { return holds(element, entry) }) {
				return fmt.Errorf("it is in group %s of %s of %s already", name, list, o.ID)
			}
			p.admit(g, entry, w)
			continue
		}
		for _, element := range p.current(g) {
			if holds(element, entry) {
				found = true
				p.narrowGroup(g, []string{element}, false, w)
			}
		}
	}
	if !found {
		return fmt.Errorf("no such entry")
	}
	return nil
}

// wishPart plans what removes one item of a list of an object.
func (p *planner) wishPart(w wish, kind snapshot.Kind, aspect snapshot.Aspect, holder, field, entry string, do func(snapshot.Object, *snapshot.Node, wish)) error {
	o, there := p.find(kind, holder)
	if !there {
		return fmt.Errorf("no %s %q", kind, holder)
	}
	for _, item := range o.Aspect(aspect).Items() {
		if item.Get(field).Text() == entry {
			do(o, item, w)
			return nil
		}
	}
	return fmt.Errorf("%s holds no %q", holder, entry)
}

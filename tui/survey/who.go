package survey

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/ram"
	"esaudit/snapshot"
	"esaudit/tui"
)

// judged is a cluster as rules see it: who gets in is not known yet.
func (s *Survey) judged(c *graph.Cluster) tui.Cluster {
	out := tui.Cluster{
		ID: c.ID, Name: c.Attr("description").Text(), Region: c.Region, Account: c.Account.ID,
		ARN: ram.Instance(c.Account.ID, c.Region, c.ID), Fail: map[finding.Severity]int{},
	}
	for _, i := range s.own[out.ARN] {
		switch f := s.report.Findings[i]; {
		case !f.Stands():
		case f.Status == finding.Fail:
			out.Fail[f.Severity]++
		case f.Status == finding.Unknown:
			out.Unknown++
		}
	}
	return out
}

// glance sums up who gets in to a cluster, and returns what questions may be about
// there.
func (s *Survey) glance(out tui.Cluster) (tui.Cluster, []string, error) {
	c := s.graph.Cluster(out.ID)
	sources, err := s.graph.Sources("es:" + c.ID)
	if err != nil {
		return out, nil, err
	}
	home := c.Attr("networkConfig", "vpcId").Text()
	sure, unknown := map[string]bool{}, map[string]bool{}
	mark := func(prefix, id string, v graph.Verdict) {
		switch v {
		case graph.Reachable:
			sure[prefix+id] = true
		case graph.Unknown:
			unknown[prefix+id] = true
		}
	}
	var targets []string
	for _, o := range sources.Entries {
		out.Internet = out.Internet.Or(o.Internet)
		for _, v := range o.Via {
			out.Internet = out.Internet.Or(v.Internet)
		}
		for vpc, a := range o.VPCs {
			if vpc != home {
				mark("v", vpc, a.Verdict())
			}
		}
		for _, id := range o.Hosts.Reachable {
			mark("h", id, graph.Reachable)
		}
		for _, id := range o.Hosts.Unknown {
			mark("h", id, graph.Unknown)
		}
		targets = append(targets, target(c, o))
	}
	out.VPCs, out.Hosts = tally("v", sure, unknown), tally("h", sure, unknown)
	out.Asked = true
	return out, targets, nil
}

// counted sums up who could open a cluster by configuration.
func (s *Survey) counted(out tui.Cluster) tui.Cluster {
	c := s.graph.Cluster(out.ID)
	out.Principals = tui.Tally{}
	for _, o := range s.held[c.Account]().Openers(resource(c)) {
		if o.Verdict() == ram.Yes {
			out.Principals.Sure++
		} else {
			out.Principals.Unknown++
		}
	}
	out.Counted = true
	return out
}

// Who returns everybody who gets to a cluster.
func (s *Survey) Who(ctx context.Context, cluster string) ([]tui.Who, error) {
	c := s.graph.Cluster(cluster)
	if c == nil {
		return nil, fmt.Errorf("no cluster %q", cluster)
	}
	sources, err := s.graph.Sources("es:" + c.ID)
	if err != nil {
		return nil, err
	}
	var who []tui.Who
	for _, o := range sources.Entries {
		who = append(who, s.opening(c, o)...)
	}
	who = append(who, s.openers(c)...)
	for _, i := range s.own[ram.Instance(c.Account.ID, c.Region, c.ID)] {
		if s.report.Findings[i].Stands() {
			who = append(who, tui.Who{Kind: tui.Finding, Finding: i})
		}
	}
	return who, ctx.Err()
}

// tally counts what begins with a prefix.
func tally(prefix string, sure, unknown map[string]bool) tui.Tally {
	var t tui.Tally
	for key := range sure {
		if strings.HasPrefix(key, prefix) {
			t.Sure++
		}
	}
	for key := range unknown {
		if strings.HasPrefix(key, prefix) && !sure[key] {
			t.Unknown++
		}
	}
	return t
}

// opening lists who gets in at one entry: the internet first, then what stands
// in between, networks and hosts; those for sure before those who may.
func (s *Survey) opening(c *graph.Cluster, o graph.Opening) []tui.Who {
	to := target(c, o)
	var out []tui.Who
	add := func(w tui.Who, from, entry string, set netset.Set, v graph.Verdict) {
		w.Entry, w.Port, w.Set, w.Verdict = o.Entry, o.Port, set, v
		blocks := set.Strings()
		w.Blocks, w.More = blocks[:min(len(blocks), few)], max(len(blocks)-few, 0)
		w.Ask = tui.Question{From: from, To: to, Entry: entry, Verdict: v}
		out = append(out, w)
	}
	sets := func(w tui.Who, prefix, entry string, a graph.Addresses) {
		if !a.Reachable.IsEmpty() {
			add(w, prefix+typical(a.Reachable).String(), entry, a.Reachable, graph.Reachable)
		}
		if !a.Unknown.IsEmpty() {
			add(w, prefix+typical(a.Unknown).String(), entry, a.Unknown, graph.Unknown)
		}
	}
	sets(tui.Who{Kind: tui.FromInternet}, "internet:", o.Entry, o.Internet)
	for _, v := range o.Via {
		kind := map[string]tui.WhoKind{"lb": tui.ViaBalancer, "dnat": tui.ViaNAT, "proxy": tui.ViaProxy}[v.Kind]
		thing := map[string]string{"lb": graph.LoadBalancer, "dnat": graph.NATGateway, "proxy": graph.Host}[v.Kind]
		entry := map[string]string{"lb": "lb:", "dnat": "nat:", "proxy": "proxy:"}[v.Kind] + v.ID
		sets(tui.Who{Kind: kind, ID: v.ID, Name: s.graph.NameOf(thing, v.ID), Through: v.Port}, "internet:", entry, v.Internet)
	}
	for _, name := range slices.Sorted(maps.Keys(o.OnPrem)) {
		a := o.OnPrem[name]
		add(tui.Who{Kind: tui.FromPremises, ID: name}, "onprem:"+name, o.Entry, a.Reachable.Union(a.Unknown), a.Verdict())
	}
	for _, vpc := range slices.Sorted(maps.Keys(o.VPCs)) {
		sets(tui.Who{Kind: tui.FromVPC, ID: vpc, Name: s.graph.NameOf(graph.VPC, vpc)}, "vpc:"+vpc+"/", o.Entry, o.VPCs[vpc])
	}
	for _, id := range o.Hosts.Reachable {
		add(tui.Who{Kind: tui.FromHost, ID: id, Name: s.graph.NameOf(graph.Host, id)}, "ecs:"+id, o.Entry, netset.Set{}, graph.Reachable)
	}
	for _, id := range o.Hosts.Unknown {
		add(tui.Who{Kind: tui.FromHost, ID: id, Name: s.graph.NameOf(graph.Host, id)}, "ecs:"+id, o.Entry, netset.Set{}, graph.Unknown)
	}
	if len(out) == 0 {
		out = []tui.Who{{Kind: tui.Nobody, Entry: o.Entry, Port: o.Port}}
	}
	return out
}

// target is what a question about an entry names.
func target(c *graph.Cluster, o graph.Opening) string {
	if strings.HasPrefix(o.Entry, "kibana") {
		return fmt.Sprintf("kibana:%s:%d", c.ID, o.Port)
	}
	return fmt.Sprintf("es:%s:%d", c.ID, o.Port)
}

// few is how many blocks of a set a row can show.
const few = 8

// typical is an address of a set that stands for the most of it: the first of its
// widest block.
func typical(s netset.Set) netip.Addr {
	size := func(p netip.Prefix) int { return p.Addr().BitLen() - p.Bits() }
	list := s.V4().Prefixes()
	if len(list) == 0 {
		list = s.V6().Prefixes()
	}
	return slices.MaxFunc(list, func(a, b netip.Prefix) int { return cmp.Compare(size(a), size(b)) }).Addr()
}

// openers lists who could open a cluster by configuration: those for sure first.
func (s *Survey) openers(c *graph.Cluster) []tui.Who {
	var out []tui.Who
	for _, o := range s.held[c.Account]().Openers(resource(c)) {
		w := tui.Who{
			Kind: tui.Principal, ID: o.Object.ID, Name: s.principal(o.Kind, o.Object.ID), Steps: s.granted(c, o),
		}
		if o.Verdict() == ram.Yes {
			w.Verdict = graph.Reachable
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b tui.Who) int { return cmp.Compare(b.Verdict, a.Verdict) })
	return out
}

// principal names a user, a group or a role.
func (s *Survey) principal(kind, name string) string {
	return s.texts.T(strings.TrimPrefix(kind, "ram-")) + " " + name
}

// resource is a cluster as policies name it.
func resource(c *graph.Cluster) ram.Resource {
	return ram.Resource{ARN: ram.Instance(c.Account.ID, c.Region, c.ID), Group: c.Attr("resourceGroupId").Text()}
}

// granted are the statements by which a principal opens a cluster: each once,
// with its actions; and who may assume the role.
func (s *Survey) granted(c *graph.Cluster, o ram.Opener) []tui.Step {
	t, who := s.texts, s.principal(o.Kind, o.Object.ID)
	var out []tui.Step
	at := map[string]int{}
	note := func(m ram.Match, action, does string) {
		key := m.Node.Pointer() + " " + m.Via + " " + m.Attachment.Group
		action = strings.TrimPrefix(action, "elasticsearch:")
		if i, there := at[key]; there {
			out[i].Why += ", " + action
			return
		}
		at[key] = len(out)
		why := t.T(does) + " "
		if m.Via != "" {
			why = t.F("through group %s, ", m.Via) + why
		}
		verdict := graph.Unknown
		if m.Applies() == ram.Yes {
			verdict = graph.Reachable
		}
		if does == "denies" {
			verdict = graph.Unknown
		}
		if parts, _ := m.Conditions(ram.Request{Now: c.Account.TakenAt}); len(parts) > 0 {
			var texts []string
			for _, p := range parts {
				texts = append(texts, p.Operator+" "+p.Key+" "+strings.Join(p.Values, ", "))
			}
			why = t.F("if %s, ", strings.Join(texts, t.T(" and "))) + why
		}
		out = append(out, tui.Step{Hop: graph.Hop{
			Kind: "ram", From: who, To: c.ID, Control: m.Name, Verdict: verdict, Why: why + action, Pointer: m.Node.Pointer(), Line: m.Node.Line(),
		}})
	}
	for _, p := range o.Powers {
		for _, m := range p.Allow {
			note(m, p.Action, "allows")
		}
		for _, m := range p.Deny {
			note(m, p.Action, "denies")
		}
	}
	for _, a := range o.Assumers {
		verdict := graph.Unknown
		if a.Verdict == ram.Yes {
			verdict = graph.Reachable
		}
		out = append(out, tui.Step{Hop: graph.Hop{
			Kind: "ram", From: s.principal(a.Kind, a.Name), To: who, Control: "trust policy", Verdict: verdict,
			Why: t.T("may assume the role"), Pointer: a.Trusted.Node.Pointer(), Line: a.Trusted.Node.Line(),
		}})
	}
	return out
}

// longestValue is how many characters of a value are shown.
const longestValue = 200

// value is what a pointer names, as JSON; "" for an object or a list, which the
// sentence beside it tells of.
func (s *Survey) value(pointer string) string {
	n := s.graph.Snapshot().Root().Resolve(pointer)
	if k := n.Kind(); pointer == "" || k == snapshot.Absent || k >= snapshot.Array {
		return ""
	}
	text := []rune(strings.TrimSpace(string(n.AppendJSON(nil))))
	if len(text) > longestValue {
		return string(text[:longestValue]) + "..."
	}
	return string(text)
}

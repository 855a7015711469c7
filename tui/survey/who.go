package survey

import (
	"cmp"
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

// cluster sums one cluster up, and lists everybody who gets to it. own are the
// findings about it.
func (s *Survey) cluster(c *graph.Cluster, d *ram.Directory, own []int) (tui.Cluster, []tui.Who, error) {
	out := tui.Cluster{
		ID: c.ID, Name: c.Attr("description").Text(), Region: c.Region, Account: c.Account.ID,
		ARN: ram.Instance(c.Account.ID, c.Region, c.ID), Fail: map[finding.Severity]int{},
	}
	sources, err := s.graph.Sources("es:" + c.ID)
	if err != nil {
		return out, nil, err
	}
	home := c.Attr("networkConfig", "vpcId").Text()
	var who []tui.Who
	sure, unknown := map[string]bool{}, map[string]bool{}
	for _, o := range sources.Entries {
		out.Internet = out.Internet.Or(o.Internet)
		for _, v := range o.Via {
			out.Internet = out.Internet.Or(v.Internet)
		}
		mark := func(prefix, id string, v graph.Verdict) {
			switch v {
			case graph.Reachable:
				sure[prefix+id] = true
			case graph.Unknown:
				unknown[prefix+id] = true
			}
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
		who = append(who, s.opening(c, o)...)
	}
	out.VPCs, out.Hosts = tally("v", sure, unknown), tally("h", sure, unknown)
	openers := s.openers(c, d)
	for _, o := range openers {
		if o.Verdict == graph.Reachable {
			out.Principals.Sure++
		} else {
			out.Principals.Unknown++
		}
	}
	who = append(who, openers...)
	for _, i := range own {
		f := s.report.Findings[i]
		switch {
		case f.Waived != nil || f.Status == finding.Pass || f.Status == finding.NA:
			continue
		case f.Status == finding.Fail:
			out.Fail[f.Severity]++
		case f.Status == finding.Unknown:
			out.Unknown++
		}
		who = append(who, tui.Who{Kind: tui.Finding, Finding: i})
	}
	return out, who, nil
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
	to := fmt.Sprintf("es:%s:%d", c.ID, o.Port)
	if strings.HasPrefix(o.Entry, "kibana") {
		to = fmt.Sprintf("kibana:%s:%d", c.ID, o.Port)
	}
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
func (s *Survey) openers(c *graph.Cluster, d *ram.Directory) []tui.Who {
	r := ram.Resource{ARN: ram.Instance(c.Account.ID, c.Region, c.ID), Group: c.Attr("resourceGroupId").Text()}
	var out []tui.Who
	for _, o := range d.Openers(r, ram.Request{Now: c.Account.TakenAt}) {
		w := tui.Who{
			Kind: tui.Principal, ID: o.Object.ID, Name: strings.TrimPrefix(o.Kind, "ram-") + " " + o.Object.ID, Steps: granted(c, o),
		}
		if o.Verdict() == ram.Yes {
			w.Verdict = graph.Reachable
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b tui.Who) int { return cmp.Compare(b.Verdict, a.Verdict) })
	return out
}

// granted are the statements by which a principal opens a cluster: each once,
// with its actions; and who may assume the role.
func granted(c *graph.Cluster, o ram.Opener) []tui.Step {
	who := strings.TrimPrefix(o.Kind, "ram-") + " " + o.Object.ID
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
		why := does + " "
		if m.Via != "" {
			why = "through group " + m.Via + ", " + why
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
			why = "if " + strings.Join(texts, " and ") + ", " + why
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
			Kind: "ram", From: strings.TrimPrefix(a.Kind, "ram-") + " " + a.Name, To: who, Control: "trust policy", Verdict: verdict,
			Why: "may assume the role", Pointer: a.Trusted.Node.Pointer(), Line: a.Trusted.Node.Line(),
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

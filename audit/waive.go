package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"esaudit/config"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// waiving applies waivers to what was judged, and says what people should know
// of them.
type waiving struct {
	graph   *graph.Graph
	waivers []config.Waiver
	instant map[string]time.Time // by account

	used  map[int]bool // lines of waivers that matched something
	notes map[int][]string
}

// waive marks findings that a waiver accepts. A waiver is compared with the
// instant its account was read (CONTRACT 5). The notes tell of waivers that are
// over, end soon, no longer hold because the way in has become wider, or are
// about nothing.
func waive(g *graph.Graph, s *snapshot.Snapshot, waivers []config.Waiver, judged []finding.Finding, everything bool) []string {
	w := &waiving{graph: g, waivers: waivers, instant: map[string]time.Time{}, used: map[int]bool{}, notes: map[int][]string{}}
	for _, a := range s.Accounts() {
		w.instant[a.ID] = a.TakenAt
	}
	for i := range judged {
		if f := &judged[i]; f.Status != finding.Pass && f.Status != finding.NA {
			w.apply(f)
		}
	}
	if everything {
		for _, x := range waivers {
			if !w.used[x.Line] {
				w.note(x, "is about no finding")
			}
		}
	}
	var out []string
	for _, line := range slices.Sorted(maps.Keys(w.notes)) {
		out = append(out, w.notes[line]...)
	}
	return out
}

func (w *waiving) note(x config.Waiver, text string) {
	owner := ""
	if x.Owner != "" {
		owner = " (owner " + x.Owner + ")"
	}
	text = fmt.Sprintf("line %d: the waiver of %s for %s%s %s", x.Line, x.Rule, cmp.Or(x.Resource, "every resource"), owner, text)
	if !slices.Contains(w.notes[x.Line], text) {
		w.notes[x.Line] = append(w.notes[x.Line], text)
	}
}

// apply finds the first waiver that holds for a finding.
func (w *waiving) apply(f *finding.Finding) {
	at := w.instant[f.Subject.Account]
	for _, x := range w.waivers {
		if !x.Matches(f.Rule, f.Subject.ID, f.Subject.ARN) {
			continue
		}
		w.used[x.Line] = true
		if x.Expired(at) {
			w.note(x, fmt.Sprintf("ended on %s: %s is open again", x.Expires, f.Subject.ID))
			continue
		}
		if at.IsZero() && x.Expires != "" {
			w.note(x, fmt.Sprintf("ends on %s, and %s does not say when it was read: it is open again", x.Expires, f.Subject.ID))
			continue
		}
		if wider := w.wider(x, f.Subject); wider != "" {
			w.note(x, fmt.Sprintf("does not hold for %s: %s", f.Subject.ID, wider))
			continue
		}
		if x.Ends(at, config.EndingSoon) {
			w.note(x, "ends on "+x.Expires)
		}
		if f.Waived == nil {
			f.Waived = &finding.Waiver{Reason: x.Reason, Owner: x.Owner, Expires: x.Expires, Scope: x.Path.String()}
		}
	}
}

// wider says who gets in beyond a waiver's path; "" when nobody does. Sources
// from the internet always count; those of VPCs, hosts and networks on premises
// when the path names one of them. What is undecided counts as getting in.
func (w *waiving) wider(x config.Waiver, s finding.Subject) string {
	if x.Path.IsZero() {
		return ""
	}
	to := x.Path.To
	if to == "" {
		if s.Kind != "elasticsearch" {
			return "its path names no cluster (to: es:ID)"
		}
		to = "es:" + s.ID
	}
	in, err := w.graph.Sources(to)
	if err != nil {
		return err.Error()
	}
	if in.Lost {
		return to + " was not read"
	}
	allowed := allow(x.Path.From)
	for _, o := range in.Entries {
		if x.Path.Port != 0 && o.Port != x.Path.Port {
			if set := internetOf(o); !set.IsEmpty() {
				return fmt.Sprintf("%s gets to %s at port %d", some(set), to, o.Port)
			}
			continue
		}
		if len(x.Path.From) == 0 {
			continue
		}
		if beyond := allowed.beyond(o); beyond != "" {
			return fmt.Sprintf("%s gets to %s at port %d", beyond, to, o.Port)
		}
	}
	return ""
}

// internetOf is everybody on the internet who gets in, or may, directly or
// through something.
func internetOf(o graph.Opening) netset.Set {
	all := o.Internet.Reachable.Union(o.Internet.Unknown)
	for _, v := range o.Via {
		all = all.Union(v.Internet.Reachable).Union(v.Internet.Unknown)
	}
	return all
}

// allowed is who a path lets in.
type allowed struct {
	internet            bool
	cidrs               netset.Set
	vpcs, hosts, onPrem []string
}

func allow(sources []string) allowed {
	var a allowed
	for _, s := range sources {
		scheme, id, _ := strings.Cut(s, ":")
		if p, err := netset.ParseCIDR(s); err == nil {
			a.cidrs = a.cidrs.Union(netset.Of(p))
			continue
		}
		switch {
		case s == "internet":
			a.internet = true
		case scheme == "ecs":
			a.hosts = append(a.hosts, id)
		case scheme == "onprem":
			a.onPrem = append(a.onPrem, id)
		default:
			a.vpcs = append(a.vpcs, s)
		}
	}
	return a
}

// beyond names one who gets in and is not let in; "" when there is none.
func (a allowed) beyond(o graph.Opening) string {
	if set := internetOf(o).Minus(a.cidrs); !a.internet && !set.IsEmpty() {
		return some(set)
	}
	if len(a.vpcs)+len(a.hosts)+len(a.onPrem) == 0 {
		return ""
	}
	for _, vpc := range slices.Sorted(maps.Keys(o.VPCs)) {
		set := o.VPCs[vpc].Reachable.Union(o.VPCs[vpc].Unknown).Minus(a.cidrs)
		if !set.IsEmpty() && !slices.Contains(a.vpcs, vpc) {
			return vpc
		}
	}
	for _, id := range slices.Concat(o.Hosts.Reachable, o.Hosts.Unknown) {
		if !slices.Contains(a.hosts, id) && len(a.vpcs) == 0 {
			return "ecs:" + id
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.OnPrem)) {
		if !o.OnPrem[name].IsEmpty() && !slices.Contains(a.onPrem, name) {
			return "onprem:" + name
		}
	}
	return ""
}

// some shows a set by its first CIDRs.
func some(set netset.Set) string {
	const shown = 3
	list := set.Strings()
	if len(list) > shown {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:shown], ", "), len(list)-shown)
	}
	return strings.Join(list, ", ")
}

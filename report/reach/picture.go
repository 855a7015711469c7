package reach

import (
	"strings"

	"esaudit/graph"
	"esaudit/lang"
)

// look is how a verdict looks in a picture.
type look struct{ color, dash string }

// ink is the look of a verdict. Colours have a contrast of at least 4.5 on
// white; dashes tell the verdicts apart without them.
func ink(v graph.Verdict) look {
	switch v {
	case graph.Reachable:
		return look{"#067647", ""}
	case graph.Blocked:
		return look{"#b42318", "2 4"}
	}
	return look{"#93610a", "7 4"}
}

// kindLabel says what a thing is.
func kindLabel(kind string) string {
	switch kind {
	case graph.Internet:
		return "internet"
	case graph.VPC:
		return "VPC"
	case graph.VSwitch:
		return "vSwitch"
	case graph.LoadBalancer:
		return "load balancer"
	case graph.NATGateway:
		return "NAT gateway"
	case graph.EndpointService:
		return "endpoint service"
	case graph.EntryThing:
		return "entry"
	case graph.OnPremises:
		return "on premises"
	case graph.Other:
		return ""
	}
	return kind
}

// boxLines are the lines of a thing's box: what it is, its id, its name.
func boxLines(texts *lang.Texts, t *graph.Thing) []string {
	var out []string
	if k := kindLabel(t.Kind); k != "" && k != t.Label {
		out = append(out, texts.T(k))
	}
	label := t.Label
	switch t.Kind {
	case graph.Internet, graph.Other: // the words are ours
		label = translated(texts, label)
	}
	out = append(out, label)
	if t.Name != "" && t.Name != t.Key {
		out = append(out, t.Name)
	}
	return out
}

// labelLines tell what stands behind a join's verdict: the controls of a path,
// those that decided with their reason, or how many addresses there are.
func labelLines(t *lang.Texts, j *graph.Join) []string {
	var passing, out []string
	for _, h := range j.Hops {
		if h.Verdict == graph.Reachable {
			passing = append(passing, h.Control)
			continue
		}
		out = append(out, t.T(word(h.Verdict))+" "+h.Control+": "+t.Made(h.Why))
	}
	if passing != nil {
		out = append([]string{t.T("passes") + " " + strings.Join(passing, ", ")}, out...)
	}
	if j.Kind != "reaches" || j.Hops != nil {
		return out
	}
	if !j.Sources.Reachable.IsEmpty() {
		out = append(out, t.T("gets in")+": "+translated(t, countOf(j.Sources.Reachable)))
	}
	if !j.Sources.Unknown.IsEmpty() {
		out = append(out, t.T("unknown")+": "+translated(t, countOf(j.Sources.Unknown)))
	}
	if out == nil {
		out = append(out, t.T(map[graph.Verdict]string{graph.Reachable: "gets in", graph.Unknown: "unknown", graph.Blocked: "blocked"}[j.Verdict]))
	}
	return out
}

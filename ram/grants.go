package ram

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Grant is a statement that a principal has.
type Grant struct {
	Statement
	Attachment
	Condition Truth // whether its condition is met
}

// AnyGroup stands for some resource group, it is not known which.
const AnyGroup = "*"

// Gap is a place where statements may stand that nobody has read.
type Gap struct {
	Group  string          // the resource group they would count for; "" is the account
	Settle []snapshot.Call // the calls that would tell; none when no call can
}

// Grants are the statements of a principal's policies, and what is not known of
// them.
type Grants struct {
	List []Grant
	Gaps []Gap

	account string
	probes  []string
}

// Grants returns the statements of a principal's policies, a user's groups'
// included.
func (d *Directory) Grants(p Principal, req Request) Grants {
	g := Grants{account: d.account.ID, probes: d.probes}
	if p.Kind == User {
		req = req.with("acs:PrincipalARN", p.ARN())
	}
	if lost := d.missing(p); len(lost) > 0 {
		g.Gaps = append(g.Gaps, Gap{"", lost})
	}
	attachments := snapshot.Call{Region: snapshot.Global, Product: "resourcemanager", Operation: "ListPolicyAttachments"}
	if !d.account.Read(attachments) {
		g.Gaps = append(g.Gaps, Gap{AnyGroup, []snapshot.Call{attachments}})
	}
	for _, a := range d.Attachments(p) {
		document := d.documents[a.Name]
		if !document.ok {
			g.Gaps = append(g.Gaps, Gap{a.Group, d.undocumented(a)})
		}
		for _, s := range document.statements {
			if s.vague {
				g.Gaps = append(g.Gaps, Gap{Group: a.Group})
				continue
			}
			g.List = append(g.List, Grant{s, a, s.holds(req)})
		}
	}
	return g
}

// Settle returns the calls that would fill the gaps.
func (g Grants) Settle() []snapshot.Call {
	var out []snapshot.Call
	for _, gap := range g.Gaps {
		out = append(out, gap.Settle...)
	}
	return out
}

// Power says by which grants a principal may do something. Known is false when
// what was not read may change that: add a grant to none, or deny all there are.
type Power struct {
	Known bool
	// By are the statements that allow it, as indices of Grants.List: those whose
	// condition is met or may be, and that no unconditional deny takes away.
	By []int
	// Unless are the statements that deny it when their condition is met.
	Unless []int
}

// Powers tells what grants come to, for many actions.
type Powers struct {
	grants Grants
	named  [][]string // resources that each of them names
}

// Powers makes ready to tell what the grants come to.
func (g Grants) Powers() Powers {
	p := Powers{g, make([][]string, len(g.List))}
	for i := range g.List {
		if s := &g.List[i]; s.Allow {
			p.named[i] = g.named(s)
		}
	}
	return p
}

// Everywhere tells by what a principal may do an action on every instance of the
// account: on one that nobody has named. A statement that is for the instances of
// one region is for every instance; one that names instances is not.
func (p Powers) Everywhere(action string) Power {
	return p.grants.power(action, func(int) [2][]string { return [2][]string{p.grants.probes} })
}

// Somewhere tells by what a principal may do an action on any resource at all.
func (p Powers) Somewhere(action string) Power {
	return p.grants.power(action, func(grant int) [2][]string { return [2][]string{p.named[grant], p.grants.probes} })
}

// Everything is what a principal may do of what nobody has named: any action of
// any product on anything.
func (p Powers) Everything() Power {
	anything := []string{"acs:anyproduct:anyregion:" + p.grants.account + ":any/thing"}
	return p.grants.power("anyproduct:anyaction", func(int) [2][]string { return [2][]string{anything} })
}

// Alike names the statements that are for an action: what of them is the same for one
// action is the same for every action of that name.
func (p Powers) Alike(action string) string {
	action = strings.ToLower(action)
	name := make([]byte, len(p.grants.List))
	for i := range p.grants.List {
		if p.grants.List[i].isFor(action) {
			name[i] = 1
		}
	}
	return string(name)
}

// power tells by which grants an action may be done on any of the resources that are
// candidates for each.
func (g Grants) power(action string, candidates func(grant int) [2][]string) Power {
	var out Power
	action = strings.ToLower(action)
	sure := false
	for i := range g.List {
		s := &g.List[i] // large
		if !s.Allow || s.Condition == No || !s.isFor(action) {
			continue
		}
		stands := false
		for _, arns := range candidates(i) {
			for _, arn := range arns {
				if s.isOn(arn) && !g.denied(action, arn, s.Attachment.Group, &out.Unless) {
					stands = true
				}
			}
		}
		if stands {
			out.By = append(out.By, i)
			sure = sure || !g.open(s.Attachment.Group)
		}
	}
	slices.Sort(out.Unless)
	out.Unless = slices.Compact(out.Unless)
	out.Known = sure || len(out.By) == 0 && len(g.Gaps) == 0
	return out
}

// denied reports whether an unconditional deny takes an action on a resource
// away, from grants at the account or at a resource group. What denies under a
// condition is added to unless.
func (g Grants) denied(action, arn, group string, unless *[]int) bool {
	for i := range g.List {
		s := &g.List[i]
		if s.Allow || s.Condition == No || s.Attachment.Group != "" && s.Attachment.Group != group || !s.isFor(action) || !s.isOn(arn) {
			continue
		}
		if s.Condition == Yes {
			return true
		}
		*unless = append(*unless, i)
	}
	return false
}

// open reports whether a gap may deny what is granted at the account or at a
// resource group. What counts for one resource group takes nothing from the
// others.
func (g Grants) open(group string) bool {
	return slices.ContainsFunc(g.Gaps, func(gap Gap) bool {
		return gap.Group == "" || gap.Group == group || gap.Group == AnyGroup && group != ""
	})
}

// named are resources that a statement names, with something in the place of
// each wildcard.
func (g Grants) named(s *Grant) []string {
	texts, not := s.Resources()
	if not {
		return nil
	}
	out := make([]string, len(texts))
	for i, text := range texts {
		parts := strings.SplitN(text, ":", 5)
		for j := range parts {
			if filler := map[int]string{2: "anyregion", 3: g.account}[j]; parts[j] == "*" && filler != "" {
				parts[j] = filler
			}
		}
		out[i] = filled(strings.Join(parts, ":"))
	}
	return out
}

// filled puts something in the place of wildcards.
func filled(pattern string) string {
	return strings.ReplaceAll(strings.ReplaceAll(pattern, "*", "any"), "?", "x")
}

// instances are made-up instances of an account, one in each of its regions: a
// statement that is for one of them is for every instance.
func instances(a *snapshot.Account) []string {
	out := []string{}
	for _, region := range append(slices.Clone(a.Regions), "anyregion") {
		out = append(out, Instance(a.ID, region, "es-cn-anyinstance0"))
	}
	return out
}

// Instance is the ARN of an Elasticsearch instance.
func Instance(account, region, id string) string {
	return "acs:elasticsearch:" + region + ":" + account + ":instances/" + id
}

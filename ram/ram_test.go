package ram_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/ram"
	"esaudit/snapshot"
)

const account = "1234567890123456"

var now = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// statement is a statement of a random policy, in Go.
type statement struct {
	Deny      bool
	Actions   []string
	NotAction bool
	Resources []string
	NotRes    bool
	// Condition is one of those below, by name.
	Condition string
}

// grant is a policy and where it is attached.
type grant struct {
	Statements []statement
	Through    string // user, group, resource group rg-a, resource group rg-b
}

// conditions by name: the JSON, and whether it is met (nil: not known; chosen:
// as it suits whoever makes the request).
var conditions = map[string]struct {
	json string
	met  *bool
}{
	"":         {"", yes()},
	"past":     {`{"DateGreaterThan":{"acs:CurrentTime":"2020-01-01T00:00:00Z"}}`, yes()},
	"future":   {`{"DateGreaterThan":{"acs:CurrentTime":"2030-01-01T00:00:00Z"}}`, no()},
	"tls":      {`{"Bool":{"acs:SecureTransport":"true"}}`, chosen},
	"plain":    {`{"Bool":{"acs:SecureTransport":"false"}}`, chosen},
	"ip":       {`{"IpAddress":{"acs:SourceIp":["10.0.0.0/8","203.0.113.9"]}}`, nil},
	"anyip":    {`{"IpAddress":{"acs:SourceIp":["10.0.0.0/8","0.0.0.0/0"]}}`, yes()},
	"notip":    {`{"NotIpAddress":{"acs:SourceIp":"10.0.0.0/8"}}`, nil},
	"notanyip": {`{"NotIpAddress":{"acs:SourceIp":"0.0.0.0/0"}}`, no()},
	"mfa":      {`{"Bool":{"acs:MFAPresent":"true"}}`, nil},
	"both":     {`{"Bool":{"acs:MFAPresent":"true","acs:SecureTransport":"false"}}`, mixed},
	"odd":      {`{"Strange":{"acs:Something":"x"}}`, nil},
}

// chosen is TLS or not; mixed is that together with what is not known.
var chosen, mixed = new(bool), new(bool)

func yes() *bool { v := true; return &v }
func no() *bool  { v := false; return &v }

// met says whether the statement's condition is met.
func (s statement) met() *bool {
	met := conditions[s.Condition].met
	switch {
	case met == chosen && s.Deny, met == mixed && s.Deny:
		return no()
	case met == chosen:
		return yes()
	case met == mixed:
		return nil
	}
	return met
}

func (s statement) json() map[string]any {
	out := map[string]any{"Effect": "Allow"}
	if s.Deny {
		out["Effect"] = "Deny"
	}
	field := func(name string, not bool, list []string) {
		if not {
			name = "Not" + name
		}
		if len(list) == 1 {
			out[name] = list[0]
		} else {
			out[name] = list
		}
	}
	field("Action", s.NotAction, s.Actions)
	field("Resource", s.NotRes, s.Resources)
	if s.Condition != "" {
		out["Condition"] = json.RawMessage(conditions[s.Condition].json)
	}
	return out
}

// naive decides by trying every way in which what is not known may be.
func naive(grants []grant, action, resource, group string) string {
	type maybe struct {
		deny bool
		met  *bool
	}
	var matching []maybe
	for _, g := range grants {
		if g.Through == "rg-a" && group == "rg-b" || g.Through == "rg-b" && group == "rg-a" {
			continue
		}
		for _, s := range g.Statements {
			if !s.isFor(action, resource) {
				continue
			}
			met := s.met()
			if strings.HasPrefix(g.Through, "rg-") && group == "" && (met == nil || *met) {
				met = nil
			}
			matching = append(matching, maybe{s.Deny, met})
		}
	}
	open := 0
	for _, m := range matching {
		if m.met == nil {
			open++
		}
	}
	results := map[bool]bool{}
	for bits := range 1 << open {
		next, allowed, denied := 0, false, false
		for _, m := range matching {
			met := m.met
			if met == nil {
				v := bits>>next&1 == 1
				met, next = &v, next+1
			}
			allowed = allowed || *met && !m.deny
			denied = denied || *met && m.deny
		}
		results[allowed && !denied] = true
	}
	switch {
	case results[true] && results[false]:
		return "unknown"
	case results[true]:
		return "yes"
	}
	return "no"
}

func (s statement) isFor(action, resource string) bool {
	return named(s.Actions, strings.ToLower(action), true, s.NotAction) && named(s.Resources, resource, false, s.NotRes)
}

func named(patterns []string, text string, fold, not bool) bool {
	hit := false
	for _, p := range patterns {
		if fold {
			p = strings.ToLower(p)
		}
		expression := "^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(p)) + "$"
		hit = hit || regexp.MustCompile(expression).MatchString(text)
	}
	return hit != not
}

// directory makes the identities of an account: the user alice, who is in the
// group staff, with the policies.
func directory(t interface{ Fatal(...any) }, grants []grant, drop ...string) *ram.Directory {
	ok := func(product, operation string, params map[string]string, body any) api.Answer {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return api.Answer{Request: api.Request{Product: product, Operation: operation, Params: params}, Status: 200, Body: raw}
	}
	type m = map[string]any
	var user, group, attachments, policies []m
	var answers []api.Answer
	for i, g := range grants {
		name := fmt.Sprintf("p%d", i)
		policies = append(policies, m{"PolicyName": name, "PolicyType": "Custom"})
		var list []any
		for _, s := range g.Statements {
			list = append(list, s.json())
		}
		text, err := json.Marshal(m{"Version": "1", "Statement": list})
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, ok("ram", "GetPolicy", map[string]string{"PolicyName": name, "PolicyType": "Custom"}, m{
			"Policy": m{"PolicyName": name, "PolicyType": "Custom"}, "DefaultPolicyVersion": m{"PolicyDocument": string(text), "IsDefaultVersion": true},
		}))
		at := m{"PolicyName": name, "PolicyType": "Custom"}
		switch g.Through {
		case "user":
			user = append(user, at)
		case "group":
			group = append(group, at)
		default:
			attachments = append(attachments, m{
				"PolicyName": name, "PolicyType": "Custom", "PrincipalType": "IMSUser", "PrincipalName": "alice@" + account + ".onaliyun.com", "ResourceGroupId": g.Through,
			})
		}
	}
	list := func(items []m) []m {
		if items == nil {
			return []m{}
		}
		return items
	}
	answers = append(answers,
		ok("ram", "ListUsers", nil, m{"Users": m{"User": []m{{"UserName": "alice"}}}}),
		ok("ram", "ListGroups", nil, m{"Groups": m{"Group": []m{{"GroupName": "staff"}}}}),
		ok("ram", "ListGroupsForUser", map[string]string{"UserName": "alice"}, m{"Groups": m{"Group": []m{{"GroupName": "staff"}}}}),
		ok("ram", "ListUsersForGroup", map[string]string{"GroupName": "staff"}, m{"Users": m{"User": []m{{"UserName": "alice"}}}}),
		ok("ram", "ListPolicies", nil, m{"Policies": m{"Policy": list(policies)}}),
		ok("ram", "ListPoliciesForUser", map[string]string{"UserName": "alice"}, m{"Policies": m{"Policy": list(user)}}),
		ok("ram", "ListPoliciesForGroup", map[string]string{"GroupName": "staff"}, m{"Policies": m{"Policy": list(group)}}),
		ok("resourcemanager", "ListPolicyAttachments", nil, m{"PolicyAttachments": m{"PolicyAttachment": list(attachments)}, "TotalCount": len(attachments)}),
	)
	var kept []api.Answer
	for _, a := range answers {
		dropped := false
		for _, d := range drop {
			dropped = dropped || a.Operation == d
		}
		if !dropped {
			kept = append(kept, a)
		}
	}
	s, err := collector.Assemble([]recording.Part{{Account: account, TakenAt: now, Regions: []string{"cn-hangzhou"}, Answers: kept}})
	if err != nil {
		t.Fatal(err)
	}
	return ram.NewDirectory(s.Accounts()[0])
}

func alice(t interface{ Fatal(...any) }, d *ram.Directory) ram.Principal {
	for _, p := range d.Principals() {
		if p.Kind == ram.User && p.Object.ID == "alice" {
			return p
		}
	}
	t.Fatal("no alice")
	return ram.Principal{}
}

func anyGrants(t *rapid.T) []grant {
	var names []string
	for name := range conditions {
		names = append(names, name)
	}
	pick := func(list ...string) *rapid.Generator[string] { return rapid.SampledFrom(list) }
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) grant {
		return grant{
			Through: pick("user", "group", "rg-a", "rg-b").Draw(t, "through"),
			Statements: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) statement {
				return statement{
					Deny:      rapid.IntRange(0, 3).Draw(t, "deny") == 0,
					Actions:   rapid.SliceOfN(pick("*", "elasticsearch:*", "ELASTICSEARCH:modify*", "elasticsearch:ModifyWhiteIps", "elasticsearch:ModifyWhite?ps", "elasticsearch:List*", "ecs:*", "*:*"), 1, 2).Draw(t, "actions"),
					NotAction: rapid.IntRange(0, 4).Draw(t, "notaction") == 0,
					Resources: rapid.SliceOfN(pick("*", "acs:elasticsearch:*:*:instances/*", "acs:elasticsearch:cn-hangzhou:"+account+":instances/es-1", "acs:elasticsearch:*:*:instances/es-2", "acs:ecs:*:*:*"), 1, 2).Draw(t, "resources"),
					NotRes:    rapid.IntRange(0, 4).Draw(t, "notresource") == 0,
					Condition: pick(append([]string{"", "", ""}, sorted(names)...)...).Draw(t, "condition"),
				}
			}), 1, 3).Draw(t, "statements"),
		}
	}), 0, 4).Draw(t, "grants")
}

func sorted(list []string) []string {
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			if list[j] < list[i] {
				list[i], list[j] = list[j], list[i]
			}
		}
	}
	return list
}

// The evaluator agrees with one that tries everything, on random policies.
func TestMayAgreesWithTryingEverything(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		grants := anyGrants(t)
		d := directory(t, grants)
		for _, action := range []string{"elasticsearch:ModifyWhiteIps", "elasticsearch:ListInstance"} {
			for _, r := range []ram.Resource{
				{ARN: "acs:elasticsearch:cn-hangzhou:" + account + ":instances/es-1", Group: "rg-a"},
				{ARN: "acs:elasticsearch:cn-hangzhou:" + account + ":instances/es-2"},
			} {
				got := d.May(alice(t, d), r, ram.Request{Now: now}, action)
				want := naive(grants, action, r.ARN, r.Group)
				if seen[want]++; got.Verdict.String() != want {
					t.Fatalf("%s on %s (%q) is %s, trying everything says %s, with %+v", action, r.ARN, r.Group, got.Verdict, want, grants)
				}
			}
		}
	})
	for _, verdict := range []string{"yes", "no", "unknown"} {
		if seen[verdict] == 0 {
			t.Errorf("%s was never tried: %v", verdict, seen)
		}
	}
}

// What was not read never makes a verdict: it stays, or becomes unknown with
// the call that would settle it; only an explicit deny stands.
func TestUnreadPoliciesAreUnknown(t *testing.T) {
	r := ram.Resource{ARN: "acs:elasticsearch:cn-hangzhou:" + account + ":instances/es-1", Group: "rg-a"}
	const action = "elasticsearch:ModifyWhiteIps"
	rapid.Check(t, func(t *rapid.T) {
		grants := anyGrants(t)
		whole := directory(t, grants)
		want := whole.May(alice(t, whole), r, ram.Request{Now: now}, action).Verdict
		drop := rapid.SampledFrom([]string{"GetPolicy", "ListPolicyAttachments", "ListGroupsForUser", "ListUsersForGroup"}).Draw(t, "drop")
		part := directory(t, grants, drop)
		got := part.May(alice(t, part), r, ram.Request{Now: now}, action)
		if got.Verdict != want && got.Verdict != ram.Unknown {
			t.Fatalf("without %s it is %s instead of %s: %+v", drop, got.Verdict, want, grants)
		}
		if drop == "ListPolicyAttachments" && got.Verdict == ram.Unknown && want != ram.Unknown && len(got.Settle) == 0 {
			t.Fatalf("without %s nothing is named that would settle it", drop)
		}
	})
}

// What is granted on every instance: an allow that may count, for an instance
// nobody named, and no unconditional deny at the account or at the same resource
// group.
func TestEverywhereAgreesWithTryingEverything(t *testing.T) {
	seen := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		grants := anyGrants(t)
		d := directory(t, grants)
		for _, action := range []string{"elasticsearch:ModifyWhiteIps", "elasticsearch:ListInstance"} {
			got := d.Grants(alice(t, d), ram.Request{Now: now}).Powers().Everywhere(action)
			want := everywhere(grants, action)
			if seen[want]++; !got.Known || (len(got.By) > 0) != want {
				t.Fatalf("%s everywhere is %+v, want %v, with %+v", action, got, want, grants)
			}
			somewhere := d.Grants(alice(t, d), ram.Request{Now: now}).Powers().Somewhere(action)
			if want && len(somewhere.By) == 0 {
				t.Fatalf("%s is granted everywhere and nowhere, with %+v", action, grants)
			}
		}
	})
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("only one of %v was tried", seen)
	}
}

func everywhere(grants []grant, action string) bool {
	for _, region := range []string{"cn-hangzhou", "cn-other"} {
		arn := "acs:elasticsearch:" + region + ":" + account + ":instances/es-cn-made0up"
		for _, g := range grants {
			for _, s := range g.Statements {
				if met := s.met(); s.Deny || met != nil && !*met || !s.isFor(action, arn) {
					continue
				}
				denied := false
				for _, other := range grants {
					for _, x := range other.Statements {
						met := x.met()
						counts := other.Through == g.Through || !strings.HasPrefix(other.Through, "rg-")
						denied = denied || x.Deny && counts && met != nil && *met && x.isFor(action, arn)
					}
				}
				if !denied {
					return true
				}
			}
		}
	}
	return false
}

// What was not read takes no grant away that it cannot: a list of resource
// groups tells nothing of what is granted at the account.
func TestUnreadGrants(t *testing.T) {
	full := statement{Actions: []string{"elasticsearch:*"}, Resources: []string{"*"}}
	for _, c := range []struct {
		name   string
		grants []grant
		drop   []string
		known  bool
		by     int
	}{
		{"all read", []grant{{[]statement{full}, "user"}}, nil, true, 1},
		{"nothing granted", nil, nil, true, 0},
		{"granted at the account, resource groups unread", []grant{{[]statement{full}, "user"}}, []string{"ListPolicyAttachments"}, true, 1},
		{"nothing granted, resource groups unread", nil, []string{"ListPolicyAttachments"}, false, 0},
		{"granted, the user's policies unread", []grant{{[]statement{full}, "group"}}, []string{"ListPoliciesForUser"}, false, 1},
		{"granted, the groups unread", []grant{{[]statement{full}, "user"}}, []string{"ListGroupsForUser", "ListUsersForGroup"}, false, 1},
		{"a document unread", []grant{{[]statement{full}, "user"}}, []string{"GetPolicy"}, false, 0},
		{"granted at a resource group", []grant{{[]statement{full}, "rg-a"}}, nil, true, 1},
	} {
		d := directory(t, c.grants, c.drop...)
		got := d.Grants(alice(t, d), ram.Request{Now: now}).Powers().Everywhere("elasticsearch:ModifyWhiteIps")
		if got.Known != c.known || len(got.By) != c.by {
			t.Errorf("%s: %+v, want known %v, by %d", c.name, got, c.known, c.by)
		}
	}
}

func TestGlob(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*?]{0,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[ab]{0,8}`).Draw(t, "text")
		if got, want := ram.Glob(pattern, text), named([]string{pattern}, text, false, false); got != want {
			t.Fatalf("%q for %q: %v, want %v", pattern, text, got, want)
		}
	})
}

// Statements that cannot be read may match anything: they never make a yes or
// a no by themselves.
func TestStatementsThatCannotBeRead(t *testing.T) {
	for _, text := range []string{
		`{"Statement":[{"Effect":"Allow","Action":"elasticsearch:*"}]}`,
		`{"Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}`,
		`{"Statement":[{"Effect":"Allow","Action":5,"Resource":"*"}]}`,
		`{"Statement":[{"Effect":"Allow","Action":"*","NotAction":"x","Resource":"*"}]}`,
	} {
		n, err := snapshot.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if list, ok := ram.Statements(n); !ok || len(list) != 1 {
			t.Errorf("%s: %v, %v", text, list, ok)
		}
	}
	for _, text := range []string{`{}`, `[]`, `"x"`} {
		n, _ := snapshot.ParseJSON([]byte(text))
		if _, ok := ram.Statements(n); ok {
			t.Errorf("%s is a policy document", text)
		}
	}
}

// Operators and keys of conditions are the same in any case.
func TestConditionsInAnyCase(t *testing.T) {
	known := ram.Request{Now: now, Keys: map[string]string{"acs:PrincipalARN": "acs:ram::1:user/li"}}
	for text, want := range map[string]ram.Truth{
		`{"DateGreaterThan":{"acs:CurrentTime":"2030-01-01T00:00:00Z"}}`: ram.No,
		`{"Bool":{"acs:SecureTransport":"true"}}`:                        ram.Yes,
		`{"IpAddress":{"acs:SourceIp":"0.0.0.0/0"}}`:                     ram.Yes,
		`{"IpAddress":{"acs:VpcSourceIp":"0.0.0.0/0"}}`:                  ram.Yes,
		`{"StringEquals":{"acs:PrincipalARN":"acs:ram::1:user/li"}}`:     ram.Yes,
		`{"StringNotEquals":{"acs:PrincipalARN":"acs:ram::1:user/li"}}`:  ram.No,
		`{"NotIpAddress":{"acs:SourceIp":"0.0.0.0/0"}}`:                  ram.No,
		`{"Bool":{"acs:MFAPresent":"true"}}`:                             ram.Unknown,
	} {
		for name, change := range map[string]func(string) string{"as documented": strings.Clone, "upper": strings.ToUpper, "lower": strings.ToLower} {
			names := regexp.MustCompile(`"[A-Za-z:]+":`)
			condition := names.ReplaceAllStringFunc(text, change)
			document, err := snapshot.ParseJSON([]byte(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":` + condition + `}}`))
			if err != nil {
				t.Fatal(err)
			}
			list, _ := ram.Statements(document)
			if parts, readable := list[0].Conditions(known); !readable || len(parts) != 1 || parts[0].Met != want {
				t.Errorf("%s (%s): %+v", condition, name, parts)
			}
		}
	}
}

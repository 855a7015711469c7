package ram_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/ram"
)

// trusting makes an account with one role and its trust policy.
func trusting(t *testing.T, policy string) (*ram.Directory, ram.Principal) {
	t.Helper()
	role := map[string]any{"RoleName": "r", "AssumeRolePolicyDocument": policy}
	body, err := json.Marshal(map[string]any{"Role": role})
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble([]recording.Part{{Account: account, TakenAt: now, Regions: []string{"cn-hangzhou"}, Answers: []api.Answer{
		{Request: api.Request{Product: "ram", Operation: "GetRole", Params: map[string]string{"RoleName": "r"}}, Status: 200, Body: body},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	d := ram.NewDirectory(s.Accounts()[0])
	p, ok := d.Find(ram.Role, "R")
	if !ok {
		t.Fatal("no role")
	}
	return d, p
}

func TestTrust(t *testing.T) {
	allow := func(principal, more string) string {
		return `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":` + principal + more + `}]}`
	}
	for _, c := range []struct {
		policy string
		known  bool
		want   string
	}{
		{allow(`{"RAM":["acs:ram::1234567890123456:root","acs:ram::2345678901234567:user/x"]}`, ""), true,
			"RAM acs:ram::1234567890123456:root of 1234567890123456 yes; RAM acs:ram::2345678901234567:user/x of 2345678901234567 yes"},
		{allow(`{"RAM":"2345678901234567"}`, ""), true, "RAM 2345678901234567 of 2345678901234567 yes"},
		{allow(`"*"`, ""), true, " * of * yes"},
		{allow(`{"RAM":["*"]}`, ""), true, "RAM * of * yes"},
		{allow(`{"RAM":["acs:ram::*:root"]}`, ""), true, "RAM acs:ram::*:root of * yes"},
		{allow(`{"Service":["ecs.aliyuncs.com"]}`, ""), true, "Service ecs.aliyuncs.com of  yes"},
		{allow(`{"RAM":["2345678901234567"]}`, `,"Condition":{"Bool":{"acs:MFAPresent":"true"}}`), true, "RAM 2345678901234567 of 2345678901234567 unknown"},
		{allow(`{"RAM":["2345678901234567"]}`, `,"Condition":{"DateLessThan":{"acs:CurrentTime":"2020-01-01T00:00:00Z"}}`), true, ""},
		{allow(`{"RAM":[5]}`, ""), false, "RAM  of  yes"},
		{allow(`5`, ""), false, ""},
		{`{"Statement":[{"Action":"sts:TagSession","Effect":"Allow","Principal":"*"}]}`, true, ""},
		{`{"Statement":[{"Action":"*","Effect":"Allow","Principal":{"RAM":"1"}},{"Action":"sts:AssumeRole","Effect":"Deny","Principal":"*"}]}`, true, ""},
		{`{"Statement":[{"Action":"*","Effect":"Allow","Principal":{"RAM":"1"}},{"Action":"sts:AssumeRole","Effect":"Deny","Principal":"*","Condition":{"Bool":{"acs:MFAPresent":"false"}}}]}`, true,
			"RAM 1 of 1 yes"},
		{`{"Statement":[{"Effect":"Allow","Principal":"*"}]}`, false, ""},
		{`{}`, false, ""},
		{`none`, false, ""},
	} {
		d, role := trusting(t, c.policy)
		list, known := d.Trust(role, ram.Request{Now: now})
		var got []string
		for _, x := range list {
			got = append(got, fmt.Sprintf("%s %s of %s %s", x.Type, x.Name, x.Account, x.Condition))
		}
		if text := strings.Join(got, "; "); text != c.want || known != c.known {
			t.Errorf("%s\n  %q, known %v\n  want %q, %v", c.policy, text, known, c.want, c.known)
		}
	}
}

// Who could open a cluster: not who reads, not the vendor's role, and a group
// through its users.
func TestOpeners(t *testing.T) {
	for _, c := range []struct {
		edit  *estate.Edit
		group string
		want  string
	}{
		{nil, "rg-other", "ana yes; mei yes; pat unknown; leavers yes; breakglass yes; migration yes by account acs:ram::2345678901234567:root"},
		{nil, "rg-search", "ana yes; lee yes; mei yes; pat unknown; leavers yes; breakglass yes; migration yes by account acs:ram::2345678901234567:root"},
		{nil, "", "ana yes; lee unknown; mei yes; pat unknown; leavers yes; breakglass yes; migration yes by account acs:ram::2345678901234567:root"},
		{&estate.Edit{Call: "ram.GetPolicy es-operators", Deny: true}, "rg-other",
			"ana unknown; mei yes; pat unknown; leavers yes; breakglass yes by ram-user ana; migration yes by account acs:ram::2345678901234567:root"},
		{&estate.Edit{Call: "ram.GetRole migration", Set: map[string]any{
			"/Role/AssumeRolePolicyDocument": `{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":"acs:ram::1234567890123456:root"}}]}`,
		}}, "rg-other", "ana yes; mei yes; pat unknown; leavers yes; breakglass yes; migration yes by ram-role breakglass"},
	} {
		d := peopleOf(t, c.edit)
		r := ram.Resource{ARN: ram.Instance(account, "cn-hangzhou", "es-cn-story000001"), Group: c.group}
		var got []string
		for _, o := range d.Openers(r, ram.Request{Now: now}) {
			text := o.Object.ID + " " + o.Verdict().String()
			for _, a := range o.Assumers {
				text += " by " + a.Kind + " " + a.Name
			}
			got = append(got, text)
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("in group %q, edited %+v:\n  %s\n  want %s", c.group, c.edit, text, c.want)
		}
	}
}

// peopleOf is the account of the story ram-people.
func peopleOf(t *testing.T, edit *estate.Edit) *ram.Directory {
	t.Helper()
	all := estate.Stories()
	i := slices.IndexFunc(all, func(s estate.Story) bool { return s.Name == "ram-people" })
	part := all[i].Accounts[0].Part()
	if edit != nil {
		var err error
		if part, err = estate.Apply(part, []estate.Edit{*edit}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := collector.Assemble([]recording.Part{part})
	if err != nil {
		t.Fatal(err)
	}
	return ram.NewDirectory(s.Accounts()[0])
}

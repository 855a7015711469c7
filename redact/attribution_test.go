package redact_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"esaudit/audit"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/redact"
	"esaudit/snapshot"
	"esaudit/trail"
)

// requests are what made the things of an account, one for each of them.
type requests struct{ events []map[string]any }

func (r *requests) add(service, name string, params, answer map[string]any) {
	n := len(r.events)
	r.events = append(r.events, map[string]any{
		"eventId": fmt.Sprintf("event-%d", n), "eventTime": fmt.Sprintf("2026-11-20T%02d:%02d:00Z", n/60%24, n%60), "requestId": fmt.Sprintf("REQUEST-%d", n),
		"serviceName": service, "eventName": name, "sourceIpAddress": "203.0.113.77", "requestParameters": params, "responseElements": answer,
		"userIdentity": map[string]any{"type": "ram-user", "principalId": "202489640317512146", "userName": "jo.becker"},
	})
}

func requestsFor(a *snapshot.Account) *requests {
	r := &requests{}
	each := func(kind snapshot.Kind, aspect snapshot.Aspect, make func(o snapshot.Object, item *snapshot.Node)) {
		for _, o := range a.Objects(kind) {
			for _, item := range o.Aspect(aspect).Items() {
				make(o, item)
			}
		}
	}
	text := func(n *snapshot.Node, key string) string { return n.Get(key).Text() }
	each(snapshot.RAMUser, snapshot.Policies, func(o snapshot.Object, p *snapshot.Node) {
		r.add("Ram", "AttachPolicyToUser", map[string]any{"UserName": o.ID, "PolicyType": text(p, "PolicyType"), "PolicyName": text(p, "PolicyName")}, nil)
	})
	each(snapshot.RAMUser, snapshot.AccessKeys, func(o snapshot.Object, k *snapshot.Node) {
		r.add("Ram", "CreateAccessKey", map[string]any{"UserName": o.ID}, map[string]any{"AccessKey": map[string]any{"AccessKeyId": text(k, "AccessKeyId"), "AccessKeySecret": "hunter2"}})
	})
	for _, o := range a.Objects(snapshot.RAMPolicy) {
		if kind, name, _ := strings.Cut(o.ID, "/"); kind == "Custom" {
			r.add("Ram", "CreatePolicyVersion", map[string]any{"PolicyName": name, "PolicyDocument": "{}"}, map[string]any{"PolicyVersion": map[string]any{"VersionId": o.Attr("DefaultVersion").Text()}})
		}
	}
	each(snapshot.SecurityGroup, snapshot.Rules, func(o snapshot.Object, p *snapshot.Node) {
		r.add("Ecs", "AuthorizeSecurityGroup", map[string]any{"SecurityGroupId": o.ID, "SourceCidrIp": text(p, "SourceCidrIp"), "Ipv6SourceCidrIp": text(p, "Ipv6SourceCidrIp")}, nil)
	})
	each(snapshot.ForwardTable, snapshot.Entries, func(o snapshot.Object, e *snapshot.Node) {
		r.add("Vpc", "CreateForwardEntry", map[string]any{"ForwardTableId": o.ID, "ExternalIp": text(e, "ExternalIp"), "ExternalPort": text(e, "ExternalPort"),
			"InternalIp": text(e, "InternalIp"), "InternalPort": text(e, "InternalPort")}, nil)
	})
	each(snapshot.EndpointService, snapshot.Connections, func(o snapshot.Object, c *snapshot.Node) {
		r.add("Privatelink", "EnableVpcEndpointConnection", map[string]any{"ServiceId": o.ID, "EndpointId": text(c, "EndpointId")}, nil)
	})
	each(snapshot.EndpointService, snapshot.UserARNs, func(o snapshot.Object, u *snapshot.Node) {
		r.add("Privatelink", "AddUserToVpcEndpointService", map[string]any{"ServiceId": o.ID, "UserARN": text(u, "UserARN")}, nil)
	})
	each(snapshot.NLBServerGroup, snapshot.Servers, func(o snapshot.Object, s *snapshot.Node) {
		r.add("Nlb", "AddServersToServerGroup", map[string]any{"ServerGroupId": o.ID, "Servers.1.ServerId": text(s, "ServerId"), "Servers.1.Port": text(s, "Port")}, nil)
	})
	for _, o := range a.Objects(snapshot.RAMRole) {
		if document := o.Attr("AssumeRolePolicyDocument"); document.Kind() == snapshot.Map {
			r.add("Ram", "UpdateRole", map[string]any{"RoleName": o.ID, "NewAssumeRolePolicyDocument": string(document.AppendCompact(nil))}, nil)
		}
	}
	for _, o := range a.Objects(snapshot.Cluster) {
		if settings := o.Attr("esConfig"); settings.Kind() == snapshot.Map {
			r.add("Elasticsearch", "UpdateInstanceSettings", map[string]any{"InstanceId": o.ID, "body": `{"esConfig":` + string(settings.AppendCompact(nil)) + `}`}, nil)
		}
		for _, g := range o.Attr("networkConfig", "whiteIpGroupList").Items() {
			var ips []string
			for _, ip := range g.Get("ips").Items() {
				ips = append(ips, ip.Text())
			}
			r.add("Elasticsearch", "ModifyWhiteIps", map[string]any{"InstanceId": o.ID,
				"whiteIpGroup": map[string]any{"groupName": text(g, "groupName"), "whiteIpType": text(g, "whiteIpType"), "ips": ips}}, nil)
		}
	}
	return r
}

// withEvents is an account with the records of what made it.
func withEvents(t *testing.T, p recording.Part) recording.Part {
	t.Helper()
	r := requestsFor(assembled(t, p).Accounts()[0])
	body, err := json.Marshal(map[string]any{"RequestId": "r", "Events": r.events})
	if err != nil {
		t.Fatal(err)
	}
	p.Answers = slices.DeleteFunc(slices.Clone(p.Answers), func(a api.Answer) bool { return a.Operation == "LookupEvents" })
	p.Answers = append(p.Answers, api.Answer{
		Request: api.Request{Region: p.Regions[0], Product: "actiontrail", Operation: "LookupEvents", Params: map[string]string{}}, Status: 200, Body: body,
	})
	return p
}

// makers are who made what findings rest on, without what pseudonyms change.
func makers(t *testing.T, s *snapshot.Snapshot) (list []string, certain int) {
	t.Helper()
	r, err := audit.Run(t.Context(), s, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Report.Findings {
		for _, a := range f.Attribution {
			list = append(list, fmt.Sprint(f.Rule, " ", f.Subject.Kind, " ", a.Time, " ", a.Action, " ", a.ActorType, " ", a.Certain, " ", a.Note))
			if a.Certain {
				certain++
			}
		}
	}
	slices.Sort(list)
	return list, certain
}

// known is how many policies of users are known to have been attached by whom.
func known(s *snapshot.Snapshot) (n int) {
	a := s.Accounts()[0]
	changes := trail.Changes(a)
	for _, o := range a.Objects(snapshot.RAMUser) {
		for _, item := range o.Aspect(snapshot.Policies).Items() {
			if slices.ContainsFunc(changes, func(c trail.Change) bool { _, certain := c.Made(item); return certain }) {
				n++
			}
		}
	}
	return n
}

// The same changes are found to have made the same things under pseudonyms.
func TestSameAttribution(t *testing.T) {
	all := 0
	for _, story := range estate.Stories() {
		if !slices.Contains([]string{"demo", "ram-careless", "net-008-forwarded", "pvl-open-service", "net-001-ipv6", "sg-002-open-backend"}, story.Name) {
			continue
		}
		s := assembled(t, withEvents(t, story.Accounts[0].Part()))
		hidden := redacted(t, redact.New([]byte("a")), s)
		want, certain := makers(t, s)
		got, _ := makers(t, hidden)
		all += certain
		if a, b := known(s), known(hidden); a != b {
			t.Errorf("%s: %d policies are known to be attached by whom, and %d under pseudonyms", story.Name, a, b)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-as it is +redacted)\n%s", story.Name, diff)
		}
		for _, secret := range []string{"hunter2", "jo.becker", "203.0.113.77", "REQUEST-"} {
			if strings.Contains(string(hidden.Canonical()), secret) {
				t.Errorf("%s: %s is left", story.Name, secret)
			}
		}
		if strings.Contains(string(s.Canonical()), "hunter2") {
			t.Errorf("%s: a secret of an answer is kept", story.Name)
		}
	}
	if all < 20 {
		t.Errorf("only %d attributions are certain", all)
	}
}

package collector

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

// pagedOps are operations of the plan, one for each style of paging, with how a
// page of ids is written.
func pagedOps() []struct {
	name string
	body func(ids []string, rest string) string
} {
	list := func(before, field, after string) func([]string, string) string {
		return func(ids []string, rest string) string {
			items := make([]string, len(ids))
			for i, id := range ids {
				items[i] = fmt.Sprintf(`{%q:%q}`, field, id)
			}
			return `{"RequestId":"0"` + rest + `,` + before + "[" + strings.Join(items, ",") + "]" + after + "}"
		}
	}
	return []struct {
		name string
		body func([]string, string) string
	}{
		{"vpc.DescribeVpcs", list(`"Vpcs":{"Vpc":`, "VpcId", "}")},
		{"elasticsearch.ListInstance", list(`"Result":`, "instanceId", "")},
		{"slb.DescribeAccessControlListAttribute", list(`"AclId":"acl-1","AclEntrys":{"AclEntry":`, "AclEntryIP", "}")},
		{"nlb.ListLoadBalancers", list(`"LoadBalancers":`, "LoadBalancerId", "")},
		{"vpc.DescribeRouteEntryList", list(`"RouteEntrys":{"RouteEntry":`, "DestinationCidrBlock", "}")},
		{"ram.ListUsers", list(`"Users":{"User":`, "UserName", "}")},
		{"elasticsearch.ListVpcEndpoints", list(`"Result":`, "endpointId", "")},
	}
}

// Following the pages of a list brings each of its items once, whatever its
// length and however small the pages that the API gives, and then ends.
func TestPagesBringTheList(t *testing.T) {
	ops := operations()
	for _, style := range pagedOps() {
		t.Run(style.name, func(t *testing.T) {
			step, op := stepOf(style.name), ops[style.name]
			rapid.Check(t, func(t *rapid.T) {
				n := rapid.IntRange(0, 3*step.paging.size/2).Draw(t, "items")
				most := step.paging.size
				if told := op.Total != "" || step.paging.token != ""; told && style.name != "elasticsearch.ListVpcEndpoints" {
					most = rapid.IntRange(1+n/9, step.paging.size).Draw(t, "most a page")
				}
				server := listServer{ids: idsOf(n), most: most, paging: step.paging, total: op.Total, body: style.body}
				got, requests, read := walk(t, op, server, step.paging)
				if !slices.Equal(got, server.ids) || !read {
					t.Fatalf("%d of %d items, read: %v", len(got), n, read)
				}
				want := max(1, (n+most-1)/most)
				if style.name == "elasticsearch.ListVpcEndpoints" {
					want = n/most + 1 // until a page is short
				}
				if requests != want {
					t.Fatalf("%d requests for %d pages", requests, want)
				}
			})
		})
	}
}

func idsOf(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("id-%04d", i)
	}
	return ids
}

// listServer gives pages of a list as the vendor does.
type listServer struct {
	ids    []string
	most   int
	paging paging
	total  string
	body   func([]string, string) string
}

func (s listServer) answer(page map[string]string) api.Answer {
	size := min(s.most, atoi(page[s.paging.limit]))
	from, rest := 0, ""
	if s.paging.number != "" {
		from = min((atoi(page[s.paging.number])-1)*size, len(s.ids))
	} else if token := page[s.paging.token]; token != "" {
		from = atoi(token)
	}
	to := min(from+size, len(s.ids))
	switch {
	case strings.HasPrefix(s.total, "Headers."):
		if s.paging.size != 20 { // ListVpcEndpoints tells none
			rest = `,"Headers":{"X-Total-Count":` + strconv.Itoa(len(s.ids)) + `}`
		}
	case s.total != "" && s.paging.token == "":
		rest = fmt.Sprintf(`,%q:"%d"`, s.total, len(s.ids))
	}
	if more := to < len(s.ids); s.paging.token == "Marker" {
		rest += fmt.Sprintf(`,"IsTruncated":%v,"Marker":"%d"`, more, to) // of the last page it leads nowhere
	} else if s.paging.token != "" && more {
		rest += fmt.Sprintf(`,"NextToken":"%d"`, to)
	}
	return api.Answer{Status: 200, Body: []byte(s.body(s.ids[from:to], rest))}
}

// walk asks for the pages of a list to its end.
func walk(t *rapid.T, op *Op, s listServer, p paging) (ids []string, requests int, read bool) {
	c := &call{op: op, params: map[string]string{"InstanceId": "es-cn-1", "AclId": "acl-1", "RouteTableId": "vtb-1"}, pager: pager{paging: p}, page: p.first()}
	for ; c.page != nil; requests++ {
		if requests > 100 {
			t.Fatal("it does not end")
		}
		a := s.answer(c.page)
		a.Request = api.Request{Region: "cn-hangzhou", Product: op.Product, Operation: op.Operation, Params: c.params}
		next, cut := c.accept(map[string]*Op{c.name(): op}, a)
		if cut != "" {
			t.Fatalf("cut: %s", cut)
		}
		for _, item := range listed(c.lines[len(c.lines)-1]) {
			ids = append(ids, item.Items()[0].Text())
		}
		c.page = next
	}
	state, _ := c.outcome()
	return ids, requests, state == snapshot.Read
}

// An answer names calls by its items: one for each value, of lists and of ids
// with commas too, and none where a value is missing.
func TestNaming(t *testing.T) {
	const body = `{"RequestId":"0","MaxResults":100,"TotalCount":4,"Listeners":[
		{"LoadBalancerId":"lb-1","ListenerProtocol":"tcp","ListenerPort":80,"AclId":"acl-1, acl-2","AclIds":["acl-3"]},
		{"LoadBalancerId":"lb-1","ListenerProtocol":"tcp","ListenerPort":81,"AclId":"","TCPListenerConfig":{"MasterSlaveServerGroupId":"rsp-1"}},
		{"LoadBalancerId":"lb-1","ListenerProtocol":"tcp","ListenerPort":82,"AclIds":["acl-4","acl-5"]},
		{"LoadBalancerId":"lb-1","ListenerProtocol":"tcp","ListenerPort":83,"AclId":null}]}`
	l, _ := readLine(operations(), api.Answer{
		Request: api.Request{Region: "cn-hangzhou", Product: "slb", Operation: "DescribeLoadBalancerListeners"}, Status: 200, Body: []byte(body),
	})
	if l.state != snapshot.Read {
		t.Fatal(l.code)
	}
	for want, n := range map[string]naming{
		"acl-1 acl-2":                     by("", "AclId"),
		"acl-3 acl-4 acl-5":               by("", "AclId=AclIds"),
		"rsp-1":                           by("", "G=TCPListenerConfig.MasterSlaveServerGroupId"),
		"lb-1 80 lb-1 81 lb-1 82 lb-1 83": by("", "A=LoadBalancerId", "B=ListenerPort"),
		"":                                by("", "AclId", "VServerGroupId"),
		"lb-1 81": by("", "A=LoadBalancerId", "B=ListenerPort").only(func(_ *line, item *snapshot.Node) bool {
			return item.Get("AclId").Kind() == snapshot.String && item.Get("AclId").Text() == ""
		}),
	} {
		var got []string
		for _, params := range n.calls(l) {
			for _, name := range slices.Sorted(maps.Keys(params)) {
				got = append(got, params[name])
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v, not %s", got, want)
		}
	}
}

// Of the vendor's own policies those are asked for that somebody has; of a policy
// without its document the version that has it; of a trail how it fares at home.
func TestNamingConditions(t *testing.T) {
	ops := operations()
	calls := func(step, answer, body string, params map[string]string) string {
		product, operation, _ := strings.Cut(answer, ".")
		l, _ := readLine(ops, api.Answer{Request: api.Request{Region: "cn-hangzhou", Product: product, Operation: operation, Params: params}, Status: 200, Body: []byte(body)})
		if l.state != snapshot.Read {
			t.Fatal(l.code)
		}
		var out []string
		for _, n := range stepOf(step).named {
			if n.answer == answer {
				for _, p := range n.calls(l) {
					out = append(out, paramText(p))
				}
			}
		}
		return strings.ReplaceAll(strings.Join(out, "; "), "\x00", " ")
	}
	policies := `{"RequestId":"0","IsTruncated":false,"Policies":{"Policy":[
		{"PolicyName":"A","PolicyType":"System","AttachmentCount":0},{"PolicyName":"B","PolicyType":"System","AttachmentCount":2},
		{"PolicyName":"C","PolicyType":"System"},{"PolicyName":"D","PolicyType":"Custom","AttachmentCount":0}]}}`
	for _, c := range []struct{ step, answer, body, want string }{
		{"ram.GetPolicy", "ram.ListPolicies", policies, "PolicyName=B PolicyType=System ; PolicyName=C PolicyType=System ; PolicyName=D PolicyType=Custom "},
		{"ram.GetPolicyVersion", "ram.GetPolicy", `{"RequestId":"0","Policy":{"PolicyName":"P","PolicyType":"Custom","DefaultVersion":"v3"}}`, "PolicyName=P PolicyType=Custom VersionId=v3 "},
		{"ram.GetPolicyVersion", "ram.GetPolicy", `{"RequestId":"0","Policy":{"PolicyName":"P","PolicyType":"Custom","DefaultVersion":"v3"},"DefaultPolicyVersion":{"PolicyDocument":"{}"}}`, ""},
		{"actiontrail.GetTrailStatus", "actiontrail.DescribeTrails", `{"RequestId":"0","TrailList":[{"Name":"a","HomeRegion":"cn-hangzhou"},{"Name":"b","HomeRegion":"cn-beijing"},{"Name":"c"}]}`, "Name=a ; Name=c "},
		{"cbn.ListTransitRouterRouteTables", "cbn.ListTransitRouters", `{"RequestId":"0","TransitRouters":[{"TransitRouterId":"tr-1","RegionId":"cn-hangzhou"},{"TransitRouterId":"tr-2","RegionId":"cn-beijing"}]}`, "TransitRouterId=tr-1 "},
		{"ecs.DescribePrefixListAttributes", "ecs.DescribeSecurityGroupAttribute", `{"RequestId":"0","SecurityGroupId":"sg-1","Permissions":{"Permission":[{"SourcePrefixListId":"pl-1"},{"SourcePrefixListId":""}]}}`, "PrefixListId=pl-1 "},
	} {
		if got := calls(c.step, c.answer, c.body, map[string]string{"PolicyType": "Custom", "PolicyName": "P", "CenId": "cen-1", "SecurityGroupId": "sg-1"}); got != c.want {
			t.Errorf("%s by %s: %q, not %q", c.step, c.answer, got, c.want)
		}
	}
}

// The script for the vendor's command line asks for pages of the same size.
func TestScriptAsksForTheSamePages(t *testing.T) {
	text, err := os.ReadFile("../docs/collect-with-aliyun.sh")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\nlimit() {")
	body, _, _ := strings.Cut(rest, "\n}")
	shell, want := "limit() {"+body+"\n}\n", ""
	for _, s := range plan() {
		shell += fmt.Sprintf("echo %s.%s $(limit %s %s)\n", s.product, s.operation, s.product, s.operation)
		want += s.product + "." + s.operation
		if s.paging.limit != "" {
			want += fmt.Sprintf(" %s=%d", s.paging.limit, s.paging.size)
		}
		want += "\n"
	}
	got, err := exec.Command("sh", "-c", shell).CombinedOutput()
	if err != nil || string(got) != want {
		t.Errorf("%v (-plan +script)\n%s", err, cmp.Diff(want, string(got)))
	}
}

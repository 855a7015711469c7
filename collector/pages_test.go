package collector_test

import (
	"fmt"
	"strings"
	"testing"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

// items writes a list of objects with the ids given.
func items(field string, ids ...string) string {
	for i, id := range ids {
		ids[i] = fmt.Sprintf(`{%q:%q}`, field, id)
	}
	return "[" + strings.Join(ids, ",") + "]"
}

// hosts is a page of DescribeInstances.
func hosts(rest string, ids ...string) api.Answer {
	return ok("ecs.DescribeInstances", `{"Instances":{"Instance":`+items("InstanceId", ids...)+`}`+rest+`}`)
}

// missing is what is said of a list whose last page is not there.
const missing = "incomplete: the last page is missing: field "

// pageCase is pages of one list, what comes of the call, and the hosts that are
// known then.
type pageCase struct {
	pages []api.Answer
	want  string
	ids   string
}

func (c pageCase) check(t *testing.T, name string) {
	t.Run(name, func(t *testing.T) {
		a := assembled(t, c.pages...)
		wantOutcome(t, a, "ecs.DescribeInstances", "", c.want)
		wantIDs(t, a, snapshot.ECS, c.ids)
	})
}

// A list is read when one of its pages says that none follows (SEMANTICS 2).
func TestPagesByToken(t *testing.T) {
	for name, c := range map[string]pageCase{
		"one page, no total":          {[]api.Answer{hosts("", "i-1")}, "read", "i-1"},
		"empty list":                  {[]api.Answer{hosts(`,"TotalCount":0`)}, "read", ""},
		"empty token":                 {[]api.Answer{hosts(`,"NextToken":""`, "i-1")}, "read", "i-1"},
		"null token and total":        {[]api.Answer{hosts(`,"NextToken":null,"TotalCount":null`, "i-1")}, "read", "i-1"},
		"token and last page":         {[]api.Answer{hosts(`,"NextToken":"a"`, "i-1"), hosts("", "i-2")}, "read", "i-1 i-2"},
		"last page first":             {[]api.Answer{hosts("", "i-2"), hosts(`,"NextToken":"a"`, "i-1")}, "read", "i-1 i-2"},
		"token without last page":     {[]api.Answer{hosts(`,"NextToken":"a"`, "i-1"), hosts(`,"NextToken":"b"`, "i-2")}, missing + "NextToken leads to another one", "i-1 i-2"},
		"token that is no text":       {[]api.Answer{hosts(`,"NextToken":7`, "i-1")}, missing + "NextToken leads to another one", "i-1"},
		"token that is an object":     {[]api.Answer{hosts(`,"NextToken":{}`, "i-1")}, missing + "NextToken leads to another one", "i-1"},
		"two ways of being cut short": {[]api.Answer{hosts(`,"NextToken":"a","TotalCount":9`, "i-1")}, missing + "NextToken leads to another one", "i-1"},
	} {
		c.check(t, name)
	}
}

// A list is read when its pages hold as many items as the greatest total says,
// each counted once (SEMANTICS 2).
func TestPagesByTotal(t *testing.T) {
	for name, c := range map[string]pageCase{
		"total reached over pages":   {[]api.Answer{hosts(`,"TotalCount":3`, "i-1", "i-2"), hosts(`,"TotalCount":3`, "i-3")}, "read", "i-1 i-2 i-3"},
		"total not reached":          {[]api.Answer{hosts(`,"TotalCount":3`, "i-1", "i-2")}, "incomplete: field TotalCount is 3, items are 2", "i-1 i-2"},
		"total written as text":      {[]api.Answer{hosts(`,"TotalCount":"3"`, "i-1", "i-2")}, "incomplete: field TotalCount is 3, items are 2", "i-1 i-2"},
		"greatest total counts":      {[]api.Answer{hosts(`,"TotalCount":1`, "i-1"), hosts(`,"TotalCount":3`, "i-2")}, "incomplete: field TotalCount is 3, items are 2", "i-1 i-2"},
		"greatest total comes first": {[]api.Answer{hosts(`,"TotalCount":3`, "i-1"), hosts(`,"TotalCount":1`, "i-2")}, "incomplete: field TotalCount is 3, items are 2", "i-1 i-2"},
		"an item twice on a page":    {[]api.Answer{hosts(`,"TotalCount":2`, "i-1", "i-1")}, "incomplete: field TotalCount is 2, items are 1", "i-1"},
		"total on one page only":     {[]api.Answer{hosts(`,"TotalCount":2`, "i-1"), hosts("", "i-2")}, "read", "i-1 i-2"},
		"fewer than items":           {[]api.Answer{hosts(`,"TotalCount":1`, "i-1", "i-2")}, "read", "i-1 i-2"},
		"total that is no number":    {[]api.Answer{hosts(`,"TotalCount":"many"`, "i-1")}, "incomplete: field TotalCount is no number", "i-1"},
		"total that is a fraction":   {[]api.Answer{hosts(`,"TotalCount":1.5`, "i-1")}, "incomplete: field TotalCount is no number", "i-1"},
		"total that is an array":     {[]api.Answer{hosts(`,"TotalCount":[]`, "i-1")}, "incomplete: field TotalCount is no number", "i-1"},
		"total that is empty":        {[]api.Answer{hosts(`,"TotalCount":""`, "i-1")}, "read", "i-1"},
		"the same page twice":        {[]api.Answer{hosts(`,"TotalCount":2`, "i-1"), hosts(`,"TotalCount":2`, "i-1")}, "incomplete: field TotalCount is 2, items are 1", "i-1"},
		"overlapping pages":          {[]api.Answer{hosts(`,"TotalCount":3`, "i-1", "i-2"), hosts(`,"TotalCount":3`, "i-2")}, "incomplete: field TotalCount is 3, items are 2", "i-1 i-2"},
		"recorded in two page sizes": {[]api.Answer{hosts(`,"TotalCount":2`, "i-1", "i-2"), hosts(`,"TotalCount":2`, "i-1"), hosts(`,"TotalCount":2`, "i-2")}, "read", "i-1 i-2"},
	} {
		c.check(t, name)
	}
}

// A list is read when every page is; the objects of good pages count all the
// same (SEMANTICS 2).
func TestPagesThatAreNotRead(t *testing.T) {
	for name, c := range map[string]pageCase{
		"a page failed":             {[]api.Answer{hosts(`,"TotalCount":2`, "i-1"), answer("ecs.DescribeInstances", 500, `{"Code":"InternalError"}`)}, "failed: InternalError", "i-1"},
		"a page was refused":        {[]api.Answer{hosts(`,"NextToken":"a"`, "i-1"), denied("ecs.DescribeInstances")}, "denied: Forbidden.RAM", "i-1"},
		"a page is not well formed": {[]api.Answer{hosts("", "i-1"), ok("ecs.DescribeInstances", `{}`)}, "failed: the body is no JSON object with content", "i-1"},
		"a page was not made":       {[]api.Answer{hosts(`,"NextToken":"a"`, "i-1"), {Request: hosts("").Request, Status: -1, Err: "skipped: --timeout"}}, "skipped: skipped: --timeout", "i-1"},
		"an item without its id":    {[]api.Answer{ok("ecs.DescribeInstances", `{"Instances":{"Instance":[{"InstanceId":"i-1"},{"Status":"Running"}]}}`)}, "incomplete: field Instances.Instance/1/InstanceId is missing", "i-1"},
	} {
		c.check(t, name)
	}
}

// Every way in which the vendor says how a list goes on (facts of the APIs:
// NextToken, TotalCount, TotalAclEntry, X-Total-Count, IsTruncated, nothing).
func TestWaysOfPaging(t *testing.T) {
	const acl = "slb.DescribeAccessControlListAttribute AclId=acl-1"
	const endpoints = "elasticsearch.ListVpcEndpoints InstanceId=es-cn-1"
	entry := func(ip string) string {
		return `{"AclId":"acl-1","TotalAclEntry":2,"AclEntrys":{"AclEntry":[{"AclEntryIP":"` + ip + `"}]}}`
	}
	for name, c := range map[string]struct {
		pages         []api.Answer
		call, subject string
		cut, whole    string
	}{
		"TotalAclEntry": {
			[]api.Answer{ok(acl, entry("10.0.0.1/32")), ok(acl, entry("10.0.0.2/32"))},
			"slb.DescribeAccessControlListAttribute", "acl-1", "incomplete: field TotalAclEntry is 2, items are 1", "read",
		},
		"X-Total-Count": {
			[]api.Answer{
				ok("elasticsearch.ListInstance", `{"Result":[{"instanceId":"es-cn-1"}],"Headers":{"X-Total-Count":2}}`),
				ok("elasticsearch.ListInstance", `{"Result":[{"instanceId":"es-cn-2"}],"Headers":{"X-Total-Count":2}}`),
			},
			"elasticsearch.ListInstance", "", "incomplete: field Headers.X-Total-Count is 2, items are 1", "read",
		},
		"IsTruncated": {
			[]api.Answer{
				ok("ram.ListUsers", `{"Users":{"User":[{"UserName":"alice"}]},"IsTruncated":true,"Marker":"a"}`),
				ok("ram.ListUsers", `{"Users":{"User":[{"UserName":"bob"}]},"IsTruncated":false}`),
			},
			"ram.ListUsers", "", "incomplete: the last page is missing: field IsTruncated leads to another one", "read",
		},
		"IsTruncated is text": {
			[]api.Answer{
				ok("ram.ListRoles", `{"Roles":{"Role":[{"RoleName":"a"}]},"IsTruncated":"True"}`),
				ok("ram.ListRoles", `{"Roles":{"Role":[{"RoleName":"b"}]},"IsTruncated":"false","Marker":"left over"}`),
			},
			"ram.ListRoles", "", "incomplete: the last page is missing: field IsTruncated leads to another one", "read",
		},
		"IsTruncated is neither": {
			[]api.Answer{
				ok("ram.ListGroups", `{"Groups":{"Group":[{"GroupName":"a"}]},"IsTruncated":"perhaps"}`),
				ok("ram.ListGroups", `{"Groups":{"Group":[{"GroupName":"b"}]}}`),
			},
			"ram.ListGroups", "", "incomplete: the last page is missing: field IsTruncated leads to another one", "read",
		},
		"Marker alone": {
			[]api.Answer{
				ok("ram.ListGroups", `{"Groups":{"Group":[{"GroupName":"a"}]},"Marker":"x"}`),
				ok("ram.ListGroups", `{"Groups":{"Group":[{"GroupName":"b"}]}}`),
			},
			"ram.ListGroups", "", "incomplete: the last page is missing: field Marker leads to another one", "read",
		},
		"total as text of another list": {
			[]api.Answer{
				ok("privatelink.ListVpcEndpointConnections ServiceId=epsrv-1", `{"Connections":[{"ServiceId":"epsrv-1","EndpointId":"ep-1"}],"TotalCount":"2"}`),
				ok("privatelink.ListVpcEndpointConnections ServiceId=epsrv-1", `{"Connections":[{"ServiceId":"epsrv-1","EndpointId":"ep-2"}],"TotalCount":"2"}`),
			},
			"privatelink.ListVpcEndpointConnections", "epsrv-1", "incomplete: field TotalCount is 2, items are 1", "read",
		},
		"two lists under one total": {
			[]api.Answer{
				ok("privatelink.ListVpcEndpointServiceUsers ServiceId=epsrv-1", `{"Users":[{"UserId":1}],"TotalCount":"2"}`),
				ok("privatelink.ListVpcEndpointServiceUsers ServiceId=epsrv-1", `{"Users":[],"UserARNs":[{"UserARN":"acs:ram:*::*"}],"TotalCount":"2"}`),
			},
			"privatelink.ListVpcEndpointServiceUsers", "epsrv-1", "incomplete: field TotalCount is 2, items are 1", "read",
		},
		"neither token nor total: a page is the list": {
			[]api.Answer{ok(endpoints, `{"Result":[{"endpointId":"ep-1"}]}`), ok(endpoints, `{"Result":[]}`)},
			"elasticsearch.ListVpcEndpoints", "es-cn-1", "read", "read",
		},
		"rules of a group": {
			[]api.Answer{
				ok("ecs.DescribeSecurityGroupAttribute SecurityGroupId=sg-1", `{"Permissions":{"Permission":[{"SecurityGroupRuleId":"sgr-1"}]},"NextToken":"a"}`),
				ok("ecs.DescribeSecurityGroupAttribute SecurityGroupId=sg-1", `{"Permissions":{"Permission":[{"SecurityGroupRuleId":"sgr-2"}]}}`),
			},
			"ecs.DescribeSecurityGroupAttribute", "sg-1", "incomplete: the last page is missing: field NextToken leads to another one", "read",
		},
	} {
		t.Run(name, func(t *testing.T) {
			wantOutcome(t, assembled(t, c.pages[0]), c.call, c.subject, c.cut)
			wantOutcome(t, assembled(t, c.pages...), c.call, c.subject, c.whole)
			wantOutcome(t, assembled(t, c.pages[1], c.pages[0]), c.call, c.subject, c.whole)
		})
	}
}

// Items that have no id count as often as a page holds them, so that two alike
// are two, and a page recorded twice is one.
func TestItemsWithoutAnIDAreCounted(t *testing.T) {
	const call = "ecs.DescribePortRangeListEntries PortRangeListId=prl-1"
	entries := func(total int, ports ...int) api.Answer {
		var list []string
		for _, p := range ports {
			list = append(list, fmt.Sprintf(`{"PortRange":"%d/%d"}`, p, p))
		}
		return ok(call, fmt.Sprintf(`{"Entries":[%s],"TotalCount":%d}`, strings.Join(list, ","), total))
	}
	for want, pages := range map[string][]api.Answer{
		"read": {entries(2, 9200, 9200)},
		"incomplete: field TotalCount is 3, items are 2": {entries(3, 9200, 9200), entries(3, 9200, 9200)},
		"incomplete: field TotalCount is 4, items are 3": {entries(4, 9200, 9300, 5601), entries(4, 9200, 9300)},
	} {
		wantOutcome(t, assembled(t, pages...), "ecs.DescribePortRangeListEntries", "prl-1", want)
	}
}

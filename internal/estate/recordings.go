package estate

import (
	"encoding/json"
	"fmt"
)

// second is the other account of stories with two.
const second = "2345678901234567"

func storiesOfRecordings() []Story {
	partner := ground(second)
	partner.e.Cluster("es-cn-partner0001", []*VSwitch{partner.h, partner.i}, Named("partner"), Public(), Whitelist(PublicES, "default", "0.0.0.0/0"))
	return []Story{
		{Name: "two-accounts", Accounts: []*Estate{one(Public(), Whitelist(PublicES, "default", "203.0.113.0/24")).e, partner.e}, Text: `Two accounts, recorded apart: a directory of two recordings. The VPCs, subnets, groups and hosts of both have
the same ids and addresses.

esaudit should say: ES-NET-001 passes in 1234567890123456 and fails in 2345678901234567; a host of one account
reaches no cluster of the other.
Why it matters: an object's identity is account, region and id; ids alone mix up two networks.
`},
		tell("paged", `A small account recorded by somebody else: two objects a page, the same lists asked in several forms,
one object in several answers with fewer fields, pages in another order, and one list cut short.

esaudit should say: all of it is one estate, each object once; cn-hangzhou's ECS list was not read completely,
so that what depends on it is unknown, though its hosts count; exit 4.
Why it matters: recordings come from other programs too; only what was asked, and whether all of it came back, counts.
`, paged()),
	}
}

// paged is a recording in another program's hand.
func paged() *Estate {
	s := ldapThrough(zone("i"), asIs)
	s.e.Pages(2)
	s.e.OtherForms()
	for i := range 3 {
		s.h.ECS(fmt.Sprintf("i-bp1more%d", i+1), 40+i, s.groups)
		s.e.Cluster(fmt.Sprintf("es-cn-more000%03d", i+1), []*VSwitch{s.h}, Named(fmt.Sprintf("more %d", i+1)))
	}
	s.e.User("reader").Key("LTAI5tPagedReader0000001", "Active", "2026-09-01T00:00:00Z", "").Attach(s.e.SystemPolicy("AliyunElasticsearchReadOnlyAccess"))
	s.e.Backwards()
	return s.e.Edit(
		Edit{Call: "ecs.DescribeInstances", Cut: true},
		Edit{Call: "vpc.DescribeVSwitches vpc-bp1story", Remove: []string{"/VSwitches/VSwitch/0/RouteTable", "/VSwitches/VSwitch/0/NetworkAclId"}},
		Edit{Call: "elasticsearch.DescribeInstance es-cn-story000001", Set: map[string]any{"/Result/endTime": json.Number("4749033600000")}},
	)
}

package estate

import (
	"fmt"
	"time"

	"esaudit/collector/recording"
)

// Body is a JSON object under the vendor's names.
type Body = map[string]any

// Set changes an object's body after its defaults.
type Set func(Body)

// With sets one field of a body.
func With(field string, value any) Set {
	return func(b Body) { b[field] = value }
}

// Without removes one field of a body.
func Without(field string) Set {
	return func(b Body) { delete(b, field) }
}

func apply(b Body, sets []Set) Body {
	for _, set := range sets {
		set(b)
	}
	return b
}

// ServiceAccount is the account of the Elasticsearch service, which owns the
// endpoints of private connections.
const ServiceAccount int64 = 1704583217906441

// Estate is one account at one instant.
type Estate struct {
	account string
	takenAt time.Time
	regions []string

	items     []*item
	caller    Body
	policies  []*policy
	page      int
	requests  func(r *recorder)
	edits     []Edit
	addresses int
}

// item is an object of a list call, and the calls made for it alone.
type item struct {
	kind   string // the list call: "nlb.ListLoadBalancers"
	region string // "" for global services
	body   func() Body
	calls  func(*recorder)
}

// New starts an empty estate: an account id, the instant of its recording, and
// the regions that were collected.
func New(account string, takenAt time.Time, regions ...string) *Estate {
	e := &Estate{account: account, takenAt: takenAt, regions: regions}
	e.caller = Body{
		"IdentityType": "RAMUser", "AccountId": account, "PrincipalId": "206108474398112655", "UserId": "206108474398112655",
		"Arn": "acs:ram::" + account + ":user/esaudit",
	}
	return e
}

// Pages makes every list come in pages of n items.
func (e *Estate) Pages(n int) { e.page = n }

// Deny refuses a call ("vpc.DescribeVpcs") with the vendor's error, for the
// lines that name the subject; "" refuses all.
func (e *Estate) Deny(call, subject string) {
	e.edits = append(e.edits, Edit{Deny: &Target{Call: call, Subject: subject}})
}

// Part is the recording of the estate. It panics when the story asks for
// something impossible.
func (e *Estate) Part() recording.Part {
	r := &recorder{account: e.account, page: e.page}
	r.one(request("", "sts", "GetCallerIdentity"), e.caller)
	r.one(request(e.regions[0], "elasticsearch", "DescribeRegions"), Body{"Result": e.regionItems()})
	for _, region := range e.regions {
		for _, l := range regionalLists() {
			e.list(r, region, l)
		}
		e.zones(r, region)
	}
	for _, l := range globalLists() {
		e.list(r, "", l)
	}
	e.identityCalls(r)
	part := recording.Part{Account: e.account, TakenAt: e.takenAt, Regions: e.regions, Answers: r.out}
	edited, err := Apply(part, e.edits)
	if err != nil {
		panic(fmt.Sprintf("estate %s: %v", e.account, err))
	}
	return edited
}

// list records one list call of a region and the calls of its items.
func (e *Estate) list(r *recorder, region string, l listing) {
	var bodies []Body
	var calls []func(*recorder)
	for _, it := range e.items {
		if it.kind == l.name() && it.region == region {
			bodies = append(bodies, it.body())
			calls = append(calls, it.calls)
		}
	}
	r.list(request(region, l.product, l.operation, l.params...), l.pages, bodies, nil)
	for _, c := range calls {
		if c != nil {
			c(r)
		}
	}
}

func (e *Estate) regionItems() []Body {
	var out []Body
	for _, region := range e.regions {
		out = append(out, Body{
			"regionId": region, "status": "available", "localName": region,
			"regionEndpoint": "elasticsearch." + region + ".aliyuncs.com", "consoleEndpoint": "https://elasticsearch-" + region + ".console.aliyun.com",
		})
	}
	return out
}

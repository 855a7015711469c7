package estate

import (
	"fmt"
	"slices"
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
	policies  []*Policy
	services  []*Service
	page      int
	forms     bool
	backwards bool
	edits     []Edit
	addresses int
	clusters  int
	events    []happened // that changed something, in the order of their time
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
	e.systemPolicies()
	return e
}

// Pages makes every list come in pages of n items.
func (e *Estate) Pages(n int) { e.page = n }

// OtherForms records what can be asked in several ways a second time, in the
// other way: listeners by load balancer, subnets by VPC, connections of a whole
// region, health by listener (SEMANTICS 2).
func (e *Estate) OtherForms() { e.forms = true }

// Backwards records the answers, and so the pages, in the opposite order.
func (e *Estate) Backwards() { e.backwards = true }

// Edit changes the finished recording.
func (e *Estate) Edit(edits ...Edit) *Estate {
	e.edits = append(e.edits, edits...)
	return e
}

// Part is the recording of the estate. It panics when the story asks for
// something impossible.
func (e *Estate) Part() recording.Part {
	r := &recorder{account: e.account, page: e.page, forms: e.forms}
	r.one(request("", "sts", "GetCallerIdentity"), e.caller)
	e.regionLists(r)
	for _, region := range e.regions {
		for _, l := range regionalLists() {
			e.list(r, region, l)
		}
		e.zones(r, region)
		e.attributed(r, region)
		if e.forms {
			e.otherForms(r, region)
		}
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
	if e.backwards {
		slices.Reverse(edited.Answers)
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

// otherForms asks for what a region was asked for already, differently.
func (e *Estate) otherForms(r *recorder, region string) {
	e.regionConnections(r, region)
	for _, it := range e.items {
		if it.kind == "vpc.DescribeVpcs" && it.region == region {
			e.subnetsOf(r, region, it.body()["VpcId"].(string))
		}
	}
	var system []Body
	for _, p := range e.policies {
		system = append(system, p.body())
	}
	r.list(request("", "ram", "ListPolicies"), paging{"Policies/Policy", markers, 1000}, system, nil)
}

// regionLists records which regions the products have.
func (e *Estate) regionLists(r *recorder) {
	var clusters, hosts, links []Body
	for _, region := range e.regions {
		clusters = append(clusters, Body{
			"regionId": region, "status": "available", "localName": region,
			"regionEndpoint": "elasticsearch." + region + ".aliyuncs.com", "consoleEndpoint": "https://elasticsearch-" + region + ".console.aliyun.com",
		})
		hosts = append(hosts, Body{"RegionId": region, "LocalName": region, "RegionEndpoint": "ecs." + region + ".aliyuncs.com", "Status": "available"})
		links = append(links, Body{"RegionId": region, "LocalName": region, "RegionEndpoint": "privatelink." + region + ".aliyuncs.com"})
	}
	home := e.regions[0]
	r.one(request(home, "elasticsearch", "DescribeRegions"), Body{"Result": clusters})
	r.one(request(home, "ecs", "DescribeRegions"), Body{"Regions": Body{"Region": hosts}})
	r.one(request(home, "privatelink", "DescribeRegions"), Body{"Regions": Body{"Region": links}})
}

// zones records the zones where private connections can be made: those of the
// region's subnets.
func (e *Estate) zones(r *recorder, region string) {
	var zones []Body
	seen := map[string]bool{}
	for _, it := range e.items {
		if it.kind != "vpc.DescribeVSwitches" || it.region != region {
			continue
		}
		zone := it.body()["ZoneId"].(string)
		if !seen[zone] {
			zones = append(zones, Body{"ZoneId": zone, "LocalName": zone})
		}
		seen[zone] = true
	}
	for _, kind := range []string{"slb", "nlb"} {
		r.list(request(region, "privatelink", "DescribeZones", "ServiceResourceType", kind), paging{"Zones/Zone", whole, 0}, zones, nil)
	}
}

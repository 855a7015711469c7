package fix

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"esaudit/collector/api"
)

// fake is an account with one cluster, an address list of a balancer and an
// endpoint service, which behaves as the vendor's: a cluster activates after a
// write and takes no other meanwhile, a token of idempotency has its effect once,
// new endpoints get new ids.
type fake struct {
	mu         sync.Mutex
	account    string
	at         time.Time
	groups     map[string][]string // TYPE:NAME -> addresses
	kibana     bool
	config     map[string]string
	entries    []string // of the address list
	autoAccept bool
	endpoints  [][3]string // id, service, zone

	activating int // reads until the cluster is active again
	made       int // endpoints so far
	answers    map[string]api.Answer
	pending    []delayed
	writes     int
	effects    []string // writes that changed something

	hit    func()                                         // before and after each call
	strike func(n int, w api.Write) mishap                // of the nth write
	deny   func(operation string) bool                    // what the credentials may not call
	lie    func(operation string, body []byte) []byte     // changes an answer
	other  func(f *fake)                                  // another writer, once, before the next write
	broken func(operation string) (a api.Answer, ok bool) // of reads
}

// mishap is what happens to a write on its way.
type mishap uint8

const (
	noMishap mishap = iota
	throttled
	fails         // 500, and nothing happened
	failsAfter    // 500 after the write took effect
	timesOut      // no answer, nothing happened
	timesOutDone  // no answer after the write took effect
	timesOutLater // no answer, and it takes effect a while later
	emptyDone     // HTTP 200 with an empty body, after it took effect
	conflict      // another change is under way
	expired       // the token has expired
	mishaps       // how many there are
)

// delayed is a write that takes effect at an instant.
type delayed struct {
	at    time.Time
	write api.Write
}

// pass lets time go by.
func (f *fake) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = f.at.Add(d)
	f.pending = slices.DeleteFunc(f.pending, func(p delayed) bool {
		if p.at.After(f.at) {
			return false
		}
		f.once(p.write)
		return true
	})
}

func newFakeAccount() *fake {
	return &fake{
		account: "1234567890123456", at: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
		groups: map[string][]string{
			"PUBLIC_ES:default":  {"0.0.0.0/0", "198.51.100.0/24", "203.0.113.9"},
			"PRIVATE_ES:default": {"10.0.0.0/8"},
		},
		kibana: true, config: map[string]string{"action.destructive_requires_name": "false", "xpack.http.proxy.password": "Pl4nted"},
		autoAccept: true, entries: accessList(), answers: map[string]api.Answer{},
	}
}

// accessList is longer than a page.
func accessList() []string {
	list := []string{"0.0.0.0/0"}
	for i := range 60 {
		list = append(list, fmt.Sprintf("198.51.100.%d/32", i))
	}
	return list
}

// state is everything but ids of endpoints.
func (f *fake) state() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f.groups)) {
		fmt.Fprintln(&b, name, slices.Sorted(slices.Values(f.groups[name])))
	}
	for _, key := range slices.Sorted(maps.Keys(f.config)) {
		fmt.Fprintln(&b, key, f.config[key])
	}
	fmt.Fprintln(&b, "kibana", f.kibana, "auto", f.autoAccept, "entries", slices.Sorted(slices.Values(f.entries)))
	for _, e := range f.endpoints {
		fmt.Fprintln(&b, "endpoint", e[1], e[2])
	}
	return b.String()
}

func (f *fake) date() string { return f.at.Format("Mon, 02 Jan 2006 15:04:05 GMT") }

func (f *fake) answer(status int, body any) api.Answer {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return api.Answer{Status: status, Body: data, Date: f.date()}
}

func (f *fake) refuse(status int, code string) api.Answer {
	return f.answer(status, map[string]any{"RequestId": "r", "Code": code, "Message": "it says so"})
}

func (f *fake) touch() {
	if f.hit != nil {
		f.hit()
	}
}

type object = map[string]any

// Call implements api.Caller.
func (f *fake) Call(ctx context.Context, r api.Request) (api.Answer, error) {
	f.touch()
	if err := ctx.Err(); err != nil {
		return api.Answer{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != nil {
		if a, ok := f.broken(r.Operation); ok {
			return a, nil
		}
	}
	a := f.read(r)
	if f.lie != nil {
		a.Body = f.lie(r.Operation, a.Body)
	}
	return a, nil
}

func (f *fake) read(r api.Request) api.Answer {
	switch r.Operation {
	case "GetCallerIdentity":
		return f.answer(200, object{"RequestId": "r", "AccountId": f.account, "Arn": "acs:ram::" + f.account + ":user/fixer", "IdentityType": "RAMUser", "UserId": "1"})
	case "DescribeInstance":
		status := "active"
		if f.activating > 0 {
			f.activating--
			status = "activating"
		}
		var groups []object
		for _, name := range slices.Sorted(maps.Keys(f.groups)) {
			kind, group, _ := strings.Cut(name, ":")
			groups = append(groups, object{"whiteIpType": kind, "groupName": group, "ips": f.groups[name]})
		}
		return f.answer(200, object{"RequestId": "r", "Result": object{
			"instanceId": "es-cn-1", "status": status, "enableKibanaPublicNetwork": f.kibana, "esConfig": f.config,
			"networkConfig": object{"vpcId": "vpc-1", "whiteIpGroupList": groups},
		}})
	case "ListVpcEndpoints":
		list := []object{}
		for _, e := range f.endpoints {
			list = append(list, object{"endpointId": e[0], "serviceId": e[1], "zoneId": e[2]})
		}
		return f.answer(200, object{"RequestId": "r", "Result": list})
	case "DescribeAccessControlListAttribute":
		page, _ := strconv.Atoi(r.Page["Page"])
		size, _ := strconv.Atoi(r.Page["PageSize"])
		list := []object{}
		for i, e := range f.entries {
			if i/size == page-1 {
				list = append(list, object{"AclEntryIP": e, "AclEntryComment": ""})
			}
		}
		return f.answer(200, object{"RequestId": "r", "AclId": "acl-1", "AclEntrys": object{"AclEntry": list}, "TotalAclEntry": len(f.entries)})
	case "GetVpcEndpointServiceAttribute":
		return f.answer(200, object{"RequestId": "r", "ServiceId": "epsrv-1", "AutoAcceptEnabled": f.autoAccept})
	}
	return f.refuse(404, "NotFound")
}

// Write implements api.Writer.
func (f *fake) Write(ctx context.Context, w api.Write) (api.Answer, error) {
	f.touch()
	if err := ctx.Err(); err != nil {
		return api.Answer{}, err
	}
	a := f.take(w)
	f.touch()
	return a, nil
}

func (f *fake) take(w api.Write) api.Answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.deny != nil && f.deny(w.Operation) && (!w.DryRun || w.Product == "privatelink") {
		return f.refuse(403, "Forbidden.RAM")
	}
	if w.DryRun {
		if w.Product == "privatelink" {
			return f.refuse(400, "DryRunOperation")
		}
		return api.Answer{Status: -1, Err: "skipped: the operation has no dry run"}
	}
	if f.other != nil {
		f.other(f)
		f.other = nil
	}
	n := f.writes
	f.writes++
	kind := noMishap
	if f.strike != nil {
		kind = f.strike(n, w)
	}
	switch kind {
	case throttled:
		return f.refuse(400, "Throttling.User")
	case conflict:
		return f.refuse(400, "ConcurrencyUpdateInstanceConflict")
	case expired:
		return f.refuse(403, "InvalidSecurityToken.Expired")
	case fails:
		return f.refuse(500, "InternalServerError")
	case timesOut:
		return api.Answer{Err: "timeout"}
	case timesOutLater:
		f.pending = append(f.pending, delayed{f.at.Add(40 * time.Second), w})
		return api.Answer{Err: "timeout"}
	}
	a := f.once(w)
	switch kind {
	case failsAfter:
		return f.refuse(500, "InternalServerError")
	case timesOutDone:
		return api.Answer{Err: "timeout"}
	case emptyDone:
		return api.Answer{Status: 200, Date: f.date()}
	}
	return a
}

// once answers a token that was seen already as it did then. Operations of CLB
// take none.
func (f *fake) once(w api.Write) api.Answer {
	token := w.Token
	if w.Product == "slb" || w.Operation == "UpdateSnapshotSetting" {
		token = ""
	}
	if a, seen := f.answers[token]; seen && token != "" {
		return a
	}
	if w.Product == "elasticsearch" && f.activating > 0 {
		return f.refuse(400, "InstanceActivating")
	}
	before := fmt.Sprint(f.groups, f.kibana, f.config, f.entries, f.autoAccept, f.endpoints)
	a := f.change(w)
	if before != fmt.Sprint(f.groups, f.kibana, f.config, f.entries, f.autoAccept, f.endpoints) {
		f.effects = append(f.effects, fmt.Sprint(w.Operation, w.Params["InstanceId"], w.Params["AclEntrys"], w.Params["AutoAcceptEnabled"], string(w.Body)))
	}
	if a.Status == 200 {
		f.answers[token] = a
	}
	return a
}

func (f *fake) change(w api.Write) api.Answer {
	var body struct {
		ModifyMode   string
		WhiteIpGroup struct {
			GroupName, WhiteIpType string
			Ips                    []string
		}
		ActionType, ServiceId, ZoneId string
		EsConfig                      map[string]string
	}
	if w.Body != nil && json.Unmarshal(w.Body, &body) != nil {
		return f.refuse(400, "InvalidBody")
	}
	ok := f.answer(200, object{"RequestId": "r", "Result": true})
	switch w.Operation {
	case "ModifyWhiteIps":
		f.activating = 2
		g := body.WhiteIpGroup
		return f.whitelist(ok, body.ModifyMode, g.WhiteIpType+":"+g.GroupName, g.Ips)
	case "TriggerNetwork":
		open := body.ActionType == "OPEN"
		if open == f.kibana {
			return f.refuse(400, "RepetitionOperationError")
		}
		f.kibana, f.activating = open, 3
		return ok
	case "UpdateInstanceSettings":
		f.config, f.activating = body.EsConfig, 5
		return ok
	case "CreateVpcEndpoint":
		f.made++
		id := fmt.Sprintf("ep-%d", f.made)
		f.endpoints = append(f.endpoints, [3]string{id, body.ServiceId, body.ZoneId})
		return f.answer(200, object{"RequestId": "r", "Result": object{"endpointId": id, "serviceId": body.ServiceId}})
	case "DeleteVpcEndpoint":
		at := slices.IndexFunc(f.endpoints, func(e [3]string) bool { return e[0] == w.Params["EndpointId"] })
		if at < 0 {
			return f.refuse(400, "EndpointNotFound")
		}
		f.endpoints = slices.Delete(slices.Clone(f.endpoints), at, at+1)
		return ok
	case "AddAccessControlListEntry", "RemoveAccessControlListEntry":
		var list []struct{ Entry string }
		if json.Unmarshal([]byte(w.Params["AclEntrys"]), &list) != nil {
			return f.refuse(400, "InvalidParameter")
		}
		f.entries = slices.DeleteFunc(slices.Clone(f.entries), func(e string) bool { return e == list[0].Entry })
		if w.Operation == "AddAccessControlListEntry" {
			f.entries = append(f.entries, list[0].Entry)
		}
		return f.answer(200, object{"RequestId": "r"})
	case "UpdateVpcEndpointServiceAttribute":
		f.autoAccept = w.Params["AutoAcceptEnabled"] == "true"
		return f.answer(200, object{"RequestId": "r"})
	}
	return f.refuse(404, "InvalidAction.NotFound")
}

func (f *fake) whitelist(ok api.Answer, mode, name string, ips []string) api.Answer {
	now, there := f.groups[name]
	rest := slices.DeleteFunc(slices.Clone(now), func(e string) bool { return slices.Contains(ips, e) })
	groups := maps.Clone(f.groups)
	switch {
	case mode == "Append" && !there:
		return f.refuse(400, "NotFound")
	case mode == "Append":
		groups[name] = append(rest, ips...)
	case mode == "Delete" && len(rest) == 0:
		return f.refuse(400, "LastEntry")
	case mode == "Delete":
		groups[name] = rest
	case len(ips) == 0:
		delete(groups, name)
	default:
		groups[name] = ips
	}
	f.groups = groups
	return ok
}

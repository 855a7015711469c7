package emulator

import (
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
)

// The reads that show what the writes of slb change.
const (
	describeListeners    = "slb.DescribeLoadBalancerListeners"
	describeTCPListener  = "slb.DescribeLoadBalancerTCPListenerAttribute"
	describeACL          = "slb.DescribeAccessControlListAttribute"
	describeBalancers    = "slb.DescribeLoadBalancers"
	describeBalancer     = "slb.DescribeLoadBalancerAttribute"
	describeListenerGate = "slb.DescribeListenerAccessControlAttribute"
)

func slbWriters() map[string]writer {
	return map[string]writer{
		"AddAccessControlListEntry":           addACLEntries,
		"RemoveAccessControlListEntry":        removeACLEntries,
		"SetLoadBalancerTCPListenerAttribute": setTCPListener,
		"SetListenerAccessControlStatus":      setListenerGate,
		"SetLoadBalancerDeleteProtection":     setDeleteProtection,
	}
}

// aclEntry is an element of the parameter AclEntrys, a JSON text.
type aclEntry struct {
	Entry   string `json:"entry"`
	Comment string `json:"comment"`
}

// The vendor's limits of access control lists: entries of one call, of one list.
const (
	maxACLCall = 50
	maxACL     = 300
)

// acl reads the entries that a write names, and those that the list has.
func (e *edit) acl() (want []aclEntry, have []object, bad *refusal) {
	by := about("aclid", e.call.param("AclId"))
	switch {
	case e.call.param("AclId") == "":
		return nil, nil, missing("AclId")
	case e.first(describeACL, by) == nil:
		return nil, nil, badRequest("AclNotExist", "The specified acl does not exist.")
	}
	if err := json.Unmarshal([]byte(e.call.param("AclEntrys")), &want); err != nil && e.call.param("AclEntrys") != "" {
		return nil, nil, invalid("AclEntrys", `a JSON text such as [{"entry":"10.0.0.0/24"}]`)
	}
	switch {
	case len(want) == 0:
		return nil, nil, badRequest("AclEntryEmpty", "The specified acl entry is empty.")
	case len(want) > maxACLCall:
		return nil, nil, invalid("AclEntrys", "at most 50 entries")
	}
	for _, w := range want {
		if !addressOrRange(w.Entry) {
			return nil, nil, invalid("AclEntrys", "entries are addresses or ranges")
		}
	}
	return want, e.list(describeACL, by), nil
}

// addACLEntries ignores the entries that are there already (documented).
func addACLEntries(e *edit) (object, *refusal) {
	want, have, bad := e.acl()
	if bad != nil {
		return nil, bad
	}
	n := len(have)
	for _, w := range want {
		if slices.ContainsFunc(have, has("AclEntryIP", w.Entry)) {
			continue
		}
		if n++; n > maxACL {
			return nil, badRequest("AclEntryOverLimit", "The acl has 300 entries at most.")
		}
		item := object{{"AclEntryComment", quote(w.Comment)}, {"AclEntryIP", quote(w.Entry)}}
		e.add(describeACL, about("aclid", e.call.param("AclId")), 0, item)
		have = append(have, item)
	}
	return nil, nil
}

func removeACLEntries(e *edit) (object, *refusal) {
	want, _, bad := e.acl()
	for _, w := range want {
		e.items(describeACL, about("aclid", e.call.param("AclId")), has("AclEntryIP", w.Entry), removed)
	}
	return nil, bad
}

// healthChecks are the parameters of a TCP listener that both reads show under
// the same name, and whether they are numbers.
func healthChecks() map[string]bool {
	return map[string]bool{
		"HealthCheckType": false, "HealthCheckConnectPort": true, "HealthCheckInterval": true, "HealthCheckConnectTimeout": true,
		"HealthyThreshold": true, "UnhealthyThreshold": true, "HealthCheckDomain": false, "HealthCheckURI": false,
		"HealthCheckHttpCode": false, "HealthCheckMethod": false, "EstablishedTimeout": true, "PersistenceTimeout": true,
		"ConnectionDrain": false, "ConnectionDrainTimeout": true,
	}
}

// setTCPListener changes a listener: its access control and its health check.
func setTCPListener(e *edit) (object, *refusal) {
	c := e.call
	balancer, port := c.param("LoadBalancerId"), c.param("ListenerPort")
	mine := has("LoadBalancerId", balancer, "ListenerPort", port, "ListenerProtocol", "tcp")
	listener := e.find(describeListeners, anywhere, mine)
	direct := func(q question) bool { return about("loadbalancerid", balancer)(q) && about("listenerport", port)(q) }
	if listener == nil {
		listener = e.first(describeTCPListener, direct)
	}
	switch {
	case balancer == "":
		return nil, missing("LoadBalancerId")
	case port == "":
		return nil, missing("ListenerPort")
	case listener == nil:
		return nil, badRequest("ListenerNotFound", "The specified listener does not exist.")
	}
	settings, bad := e.listenerSettings(listener)
	if bad != nil {
		return nil, bad
	}
	checks, bad := e.healthSettings()
	if bad != nil {
		return nil, bad
	}
	e.items(describeListeners, anywhere, mine, func(item object) object {
		for _, m := range checks {
			item = item.with("TCPListenerConfig."+m.name, m.value)
		}
		return merge(item, settings, true)
	})
	e.each(describeTCPListener, direct, func(o object) object { return merge(merge(o, checks, false), settings, false) })
	e.relate(settings.get("AclId"), balancer, port)
	return nil, nil
}

// merge sets members; ids of access control lists stand in a list of their own,
// of a shape that the read decides.
func merge(o, members object, flat bool) object {
	for _, m := range members {
		o = o.with(m.name, m.value)
		if m.name != "AclId" {
			continue
		}
		var ids []string
		if id := scalar(m.value); id != "" {
			ids = []string{id}
		}
		if flat {
			o = o.with("AclIds", list(ids))
		} else {
			o = o.with("AclIds.AclId", list(ids))
		}
	}
	return o
}

// listenerSettings are the members that both reads have at their top.
func (e *edit) listenerSettings(listener object) (object, *refusal) {
	c := e.call
	var out object
	for _, name := range []string{"Scheduler", "Description"} {
		if c.has(name) {
			out = append(out, member{name, quote(c.param(name))})
		}
	}
	if c.has("Bandwidth") {
		n, err := strconv.Atoi(c.param("Bandwidth"))
		if err != nil {
			return nil, invalid("Bandwidth", "a number")
		}
		out = append(out, member{"Bandwidth", strconv.AppendInt(nil, int64(n), 10)})
	}
	if c.has("VServerGroupId") {
		out = append(out, member{"VServerGroupId", quote(c.param("VServerGroupId"))})
	}
	status, kind, id := c.param("AclStatus"), c.param("AclType"), c.param("AclId")
	switch {
	case status == "" && kind == "" && id == "":
		return out, nil
	case status != "on" && status != "off" && status != "":
		return nil, invalid("AclStatus", "on or off")
	case status == "off":
		return append(out, member{"AclStatus", quote("off")}, member{"AclType", quote("")}, member{"AclId", quote("")}), nil
	}
	if kind = orElse(kind, scalar(listener.get("AclType"))); kind != "white" && kind != "black" {
		return nil, invalid("AclType", "white or black")
	}
	if id = orElse(id, scalar(listener.get("AclId"))); id == "" {
		return nil, missing("AclId")
	}
	if e.find("slb.DescribeAccessControlLists", anywhere, has("AclId", id)) == nil && e.first(describeACL, about("aclid", id)) == nil {
		return nil, badRequest("AclNotExist", "The specified acl does not exist.")
	}
	return append(out, member{"AclStatus", quote("on")}, member{"AclType", quote(kind)}, member{"AclId", quote(id)}), nil
}

// healthSettings are the members that the list of listeners has in
// TCPListenerConfig.
func (e *edit) healthSettings() (object, *refusal) {
	c := e.call
	var out object
	for _, name := range slices.Sorted(maps.Keys(healthChecks())) {
		switch {
		case !c.has(name):
		case !healthChecks()[name]:
			out = append(out, member{name, quote(c.param(name))})
		default:
			n, err := strconv.Atoi(c.param(name))
			if err != nil {
				return nil, invalid(name, "a number")
			}
			out = append(out, member{name, strconv.AppendInt(nil, int64(n), 10)})
		}
	}
	switch on := c.param("HealthCheckSwitch"); on {
	case "":
	case "on", "off":
		out = append(out, member{"HealthCheck", quote(on)})
	default:
		return nil, invalid("HealthCheckSwitch", "on or off")
	}
	return out, nil
}

// relate writes into the access control lists which listeners use them.
func (e *edit) relate(id []byte, balancer, port string) {
	if id == nil {
		return
	}
	mine := has("LoadBalancerId", balancer, "ListenerPort", port, "Protocol", "tcp")
	for _, f := range e.forms(describeACL, anywhere) {
		for _, line := range f.lines {
			page := e.body(line)
			if page == nil {
				continue
			}
			const path = "RelatedListeners.RelatedListener"
			elements, _ := parseArray(page.get(path)) // absent: none
			next := slices.DeleteFunc(slices.Clone(elements), func(raw []byte) bool {
				o, err := parseObject(raw)
				return err == nil && mine(o)
			})
			if scalar(id) != "" && slices.Contains(f.question["aclid"], scalar(id)) {
				next = append(next, object{
					{"AclType", quote(e.call.param("AclType"))}, {"ListenerPort", []byte(port)},
					{"LoadBalancerId", quote(balancer)}, {"Protocol", quote("tcp")},
				}.bytes())
			}
			if len(elements) > 0 || len(next) > 0 {
				e.set(describeACL, line, page.with(path, array(next)))
			}
		}
	}
}

// setListenerGate changes the older access control of a listener.
func setListenerGate(e *edit) (object, *refusal) {
	c := e.call
	status := c.param("AccessControlStatus")
	if status != "open_white_list" && status != "close" {
		return nil, invalid("AccessControlStatus", "open_white_list or close")
	}
	by := func(q question) bool {
		return about("loadbalancerid", c.param("LoadBalancerId"))(q) && about("listenerport", c.param("ListenerPort"))(q)
	}
	if e.each(describeListenerGate, by, setting("AccessControlStatus", quote(status))) == 0 {
		return nil, badRequest("ListenerNotFound", "The specified listener does not exist.")
	}
	return nil, nil
}

func setDeleteProtection(e *edit) (object, *refusal) {
	id, on := e.call.param("LoadBalancerId"), e.call.param("DeleteProtection")
	if on != "on" && on != "off" {
		return nil, invalid("DeleteProtection", "on or off")
	}
	n := e.items(describeBalancers, anywhere, has("LoadBalancerId", id), setting("DeleteProtection", quote(on)))
	n += e.each(describeBalancer, about("loadbalancerid", id), setting("DeleteProtection", quote(on)))
	if n == 0 {
		return nil, badRequest("InvalidLoadBalancerId.NotFound", "The specified LoadBalancerId does not exist.")
	}
	return nil, nil
}

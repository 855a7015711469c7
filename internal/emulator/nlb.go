package emulator

import (
	"bytes"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// The reads that show what the writes of nlb change.
const (
	listServerGroups = "nlb.ListServerGroups"
	listServers      = "nlb.ListServerGroupServers"
	listNetworkLBs   = "nlb.ListLoadBalancers"
	getNetworkLB     = "nlb.GetLoadBalancerAttribute"
)

func nlbWriters() map[string]writer {
	return map[string]writer{
		"AddServersToServerGroup":      addServers,
		"RemoveServersFromServerGroup": removeServers,
		"UpdateServerGroupAttribute":   updateServerGroup,
		"UpdateLoadBalancerProtection": updateProtection,
		"UpdateLoadBalancerAttribute":  updateNetworkLB,
	}
}

// serverGroup finds the server group that a write names. While an earlier write
// is on its way, the next one is refused.
func (e *edit) serverGroup() (object, *refusal) {
	id := e.call.param("ServerGroupId")
	group := e.find(listServerGroups, anywhere, has("ServerGroupId", id))
	switch {
	case id == "":
		return nil, missing("ServerGroupId")
	case group == nil:
		return nil, &refusal{status: http.StatusNotFound, code: "ResourceNotFound.serverGroup", message: "The specified server group is not found."}
	case e.world.wait(e.account.id, id, "ServerGroupStatus"):
		return nil, badRequest("IncorrectStatus.serverGroup", "The status of the server group is incorrect.")
	}
	return group, nil
}

// configure starts the job that a change of a server group is.
func (e *edit) configure() {
	if !e.changes() {
		return
	}
	id := e.call.param("ServerGroupId")
	e.pass("ServerGroupId", id, "ServerGroupStatus", quote("Configuring"), e.world.reads, listServerGroups)
	e.start(id)
}

// start starts a job about an object.
func (e *edit) start(id string) {
	e.job, e.about = strings.ToLower(requestID(e.id, "job")), id
}

// servers reads Servers.N of a write.
func (c *call) servers() ([]map[string]string, *refusal) {
	var out []map[string]string
	for n := 1; ; n++ {
		server := map[string]string{}
		for _, name := range []string{"ServerId", "ServerType", "ServerIp", "Port", "Weight", "Description"} {
			if value := c.param(fmt.Sprintf("Servers.%d.%s", n, name)); value != "" {
				server[name] = value
			}
		}
		if len(server) == 0 {
			break
		}
		for _, name := range []string{"Port", "Weight"} {
			if _, err := strconv.ParseUint(orElse(server[name], "0"), 10, 16); err != nil {
				return nil, invalid(fmt.Sprintf("Servers.%d.%s", n, name), "a number")
			}
		}
		if server["ServerId"] == "" {
			return nil, missing(fmt.Sprintf("Servers.%d.ServerId", n))
		}
		out = append(out, server)
	}
	if len(out) == 0 {
		return nil, missing("Servers.1.ServerId")
	}
	return out, nil
}

// isServer reports whether an item is the server that a write names.
func isServer(server map[string]string) func(object) bool {
	pairs := []string{"ServerId", server["ServerId"], "Port", orElse(server["Port"], "0")}
	if server["ServerIp"] != "" {
		pairs = append(pairs, "ServerIp", server["ServerIp"])
	}
	return has(pairs...)
}

func removeServers(e *edit) (object, *refusal) {
	servers, bad := e.call.servers()
	if bad != nil {
		return nil, bad
	}
	if _, bad := e.serverGroup(); bad != nil {
		return nil, bad
	}
	here := about("servergroupid", e.call.param("ServerGroupId"))
	for _, server := range servers {
		if e.find(listServers, here, isServer(server)) == nil {
			return nil, &refusal{status: http.StatusNotFound, code: "ResourceNotFound.BackendServer", message: "The specified backend server is not found."}
		}
		e.items(listServers, here, isServer(server), removed)
		e.served(-1)
	}
	e.configure()
	return nil, nil
}

func addServers(e *edit) (object, *refusal) {
	servers, bad := e.call.servers()
	if bad != nil {
		return nil, bad
	}
	group, bad := e.serverGroup()
	if bad != nil {
		return nil, bad
	}
	id := e.call.param("ServerGroupId")
	here := about("servergroupid", id)
	for _, server := range servers {
		if e.find(listServers, here, isServer(server)) != nil {
			return nil, badRequest("ResourceAlreadyExist.BackendServer", "The specified backend server is in the server group already.")
		}
		zone, ip := e.locate(server, scalar(group.get("VpcId")))
		item := object{
			{"Description", quote(server["Description"])}, {"Port", []byte(orElse(server["Port"], "0"))}, {"ServerGroupId", quote(id)},
			{"ServerId", quote(server["ServerId"])}, {"ServerIp", quote(ip)}, {"ServerType", quote(orElse(server["ServerType"], "Ecs"))},
			{"Status", quote("Available")}, {"Weight", []byte(orElse(server["Weight"], "100"))}, {"ZoneId", quote(zone)},
		}
		if e.add(listServers, here, 0, item) == 0 {
			return nil, notRecorded("")
		}
		e.served(1)
		e.pass("ServerId", server["ServerId"], "Status", quote("Adding"), e.world.reads, listServers)
	}
	e.configure()
	return nil, nil
}

// served corrects the number of servers that the list of groups tells.
func (e *edit) served(by int64) {
	e.items(listServerGroups, anywhere, has("ServerGroupId", e.call.param("ServerGroupId")), func(item object) object {
		if n, ok := item.count("ServerCount"); ok {
			return item.setCount("ServerCount", n+by)
		}
		return item
	})
}

// locate finds a server's zone and address: by the host, the network interface,
// or the vSwitch whose range holds the address.
func (e *edit) locate(server map[string]string, vpc string) (zone, ip string) {
	id, ip := server["ServerId"], server["ServerIp"]
	if host := e.find("ecs.DescribeInstances", anywhere, has("InstanceId", id)); host != nil {
		if own := texts(host.get("VpcAttributes.PrivateIpAddress.IpAddress")); ip == "" && len(own) > 0 {
			ip = own[0]
		}
		return scalar(host.get("ZoneId")), ip
	}
	if card := e.find("ecs.DescribeNetworkInterfaces", anywhere, has("NetworkInterfaceId", id)); card != nil {
		return scalar(card.get("ZoneId")), orElse(ip, scalar(card.get("PrivateIpAddress")))
	}
	ip = orElse(ip, id)
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return "", ip
	}
	for _, sw := range e.list("vpc.DescribeVSwitches", anywhere) {
		cidr, err := netip.ParsePrefix(scalar(sw.get("CidrBlock")))
		if err == nil && cidr.Contains(address) && scalar(sw.get("VpcId")) == vpc {
			return scalar(sw.get("ZoneId")), ip
		}
	}
	return "", ip
}

// updateServerGroup changes a server group: its health check and what else is
// documented.
func updateServerGroup(e *edit) (object, *refusal) {
	if _, bad := e.serverGroup(); bad != nil {
		return nil, bad
	}
	var changed object
	for _, name := range []string{"ServerGroupName", "Scheduler", "ConnectionDrainEnabled", "ConnectionDrainTimeout", "PreserveClientIpEnabled"} {
		if e.call.has(name) {
			changed = append(changed, member{name, typed(name, e.call.param(name))})
		}
	}
	for _, name := range []string{
		"HealthCheckEnabled", "HealthCheckType", "HealthCheckConnectPort", "HealthyThreshold", "UnhealthyThreshold",
		"HealthCheckConnectTimeout", "HealthCheckInterval", "HealthCheckDomain", "HealthCheckUrl", "HttpCheckMethod",
	} {
		if full := "HealthCheckConfig." + name; e.call.has(full) {
			changed = append(changed, member{"HealthCheck." + name, typed(name, e.call.param(full))})
		}
	}
	if codes := e.call.numbered("HealthCheckConfig.HealthCheckHttpCode"); len(codes) > 0 {
		changed = append(changed, member{"HealthCheck.HealthCheckHttpCode", list(codes)})
	}
	e.items(listServerGroups, anywhere, has("ServerGroupId", e.call.param("ServerGroupId")), func(item object) object {
		return merge(item, changed, false)
	})
	e.configure()
	return nil, nil
}

// typed writes a parameter as the reads do: switches and numbers are no texts.
func typed(name, value string) []byte {
	switch name {
	case "ServerGroupName", "LoadBalancerName", "Scheduler", "HealthCheckDomain", "HealthCheckUrl":
		return quote(value)
	}
	if n, err := strconv.ParseUint(value, 10, 31); err == nil {
		return strconv.AppendUint(nil, n, 10)
	}
	if value == "true" || value == "false" {
		return []byte(value)
	}
	return quote(value)
}

// networkLB changes a load balancer wherever it is shown.
func (e *edit) networkLB(change func(object) object) *refusal {
	id := e.call.param("LoadBalancerId")
	if id == "" {
		return missing("LoadBalancerId")
	}
	n := e.items(listNetworkLBs, anywhere, has("LoadBalancerId", id), change)
	n += e.each(getNetworkLB, about("loadbalancerid", id), change)
	if n == 0 {
		return &refusal{status: http.StatusNotFound, code: "ResourceNotFound.loadBalancer", message: "The specified load balancer is not found."}
	}
	return nil
}

// updateProtection changes the protection against deletion and change.
func updateProtection(e *edit) (object, *refusal) {
	c := e.call
	enabled, status := c.param("DeletionProtectionEnabled"), c.param("ModificationProtectionStatus")
	switch {
	case !slices.Contains([]string{"", "true", "false"}, enabled):
		return nil, invalid("DeletionProtectionEnabled", "true or false")
	case !slices.Contains([]string{"", "NonProtection", "ConsoleProtection"}, status):
		return nil, invalid("ModificationProtectionStatus", "NonProtection or ConsoleProtection")
	}
	return nil, e.networkLB(func(o object) object {
		o = protect(o, "DeletionProtectionConfig", "Enabled", []byte(enabled), c.param("DeletionProtectionReason"))
		return protect(o, "ModificationProtectionConfig", "Status", quote(status), c.param("ModificationProtectionReason"))
	})
}

// protect sets one protection.
func protect(o object, config, name string, value []byte, reason string) object {
	if len(value) == 0 || string(value) == `""` || bytes.Equal(o.get(config+"."+name), value) {
		return o
	}
	return o.with(config+"."+name, value).with(config+".Reason", quote(reason))
}

// updateNetworkLB changes the other attributes of a load balancer.
func updateNetworkLB(e *edit) (object, *refusal) {
	var changed object
	for _, name := range []string{"LoadBalancerName", "CrossZoneEnabled", "Cps"} {
		if e.call.has(name) {
			changed = append(changed, member{name, typed(name, e.call.param(name))})
		}
	}
	if bad := e.networkLB(func(o object) object { return merge(o, changed, false) }); bad != nil {
		return nil, bad
	}
	if e.changes() {
		e.start(e.call.param("LoadBalancerId"))
	}
	return nil, nil
}

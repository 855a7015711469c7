package fix

import (
	"encoding/json"
	"fmt"
	"strings"

	"esaudit/change"
	"esaudit/finding"
	"esaudit/netset"
	"esaudit/snapshot"
)

// aclEntries takes the wide entries out of the white lists that a finding
// names.
func (p *planner) aclEntries(f finding.Finding, w wish) {
	done := false
	for _, e := range f.Evidence {
		listener, ok := p.objectAt(e.Pointer)
		if !ok || listener.Kind != snapshot.CLBListener {
			continue
		}
		for _, id := range strings.Split(listener.Attr("AclId").Text(), ",") {
			if o, there := p.find(snapshot.CLBACL, id); there {
				done = true
				p.narrowACL(o, w)
			}
		}
	}
	if !done {
		p.byHand(w, p.console(f)...)
	}
}

func (p *planner) narrowACL(o snapshot.Object, w wish) {
	var open []*snapshot.Node
	for _, item := range o.Aspect(snapshot.Entries).Items() {
		if wide(netset.ParseWhitelist(item.Get("AclEntryIP").Text())[0]) {
			open = append(open, item)
		}
	}
	if len(open) == len(o.Aspect(snapshot.Entries).Items()) {
		p.byHand(w, fmt.Sprintf("Add the addresses that need it to ACL %s, then remove what is wide: a white list without entries lets nobody through.", o.ID),
			"API: slb:AddAccessControlListEntry, slb:RemoveAccessControlListEntry")
		return
	}
	for _, item := range open {
		p.add(p.aclEntry(o, item), w.why)
	}
}

func aclCall(o snapshot.Object, operation string, entry map[string]string) Call {
	return Call{Region: o.Region, Product: "slb", Operation: operation, Params: map[string]string{"AclId": o.ID, "AclEntrys": text([]map[string]string{entry})}}
}

// aclProbe reads one entry of an ACL.
func aclProbe(o snapshot.Object, entry string) Probe {
	return Probe{Region: o.Region, Product: "slb", Operation: "DescribeAccessControlListAttribute", Params: map[string]string{"AclId": o.ID},
		Path: []string{"AclEntrys", "AclEntry", "AclEntryIP=" + entry}}
}

func (p *planner) aclEntry(o snapshot.Object, item *snapshot.Node) Action {
	ip := item.Get("AclEntryIP").Text()
	inverse := aclCall(o, "AddAccessControlListEntry", map[string]string{"entry": ip, "comment": item.Get("AclEntryComment").Text()})
	a := Action{
		Kind: "remove-acl-entries", Title: fmt.Sprintf("Remove %s from ACL %s", ip, o.ID), Subject: finding.Subject{Kind: "clb-acl", ID: o.ID, Region: o.Region, Account: p.account.ID},
		Edits: texts([]change.Edit{change.RemovePart("acl", o.ID, ip)}), Value: aclProbe(o, ip), Before: raw(item), After: json.RawMessage("null"),
		Call: aclCall(o, "RemoveAccessControlListEntry", map[string]string{"entry": ip}), Inverse: &inverse,
	}
	a.seal()
	return a
}

func (p *planner) wishACL(e change.Edit, w wish, holder, entry string) error {
	o, there := p.find(snapshot.CLBACL, holder)
	switch {
	case !there:
		p.byHand(w, fmt.Sprintf("%s entry %s of network ACL %s.", e.Verb, entry, holder), "API: vpc:UpdateNetworkAclEntries")
		return nil
	case e.Verb == change.Add:
		p.byHand(w, fmt.Sprintf("Add %s to ACL %s.", entry, holder), "API: slb:AddAccessControlListEntry")
		return nil
	}
	for _, item := range o.Aspect(snapshot.Entries).Items() {
		if item.Get("AclEntryIP").Text() == entry {
			p.add(p.aclEntry(o, item), w.why)
			return nil
		}
	}
	return fmt.Errorf("%s holds no %q", holder, entry)
}

// healthChecks turns on the health checks that a finding names.
func (p *planner) healthChecks(f finding.Finding, w wish) {
	done := false
	for _, e := range f.Evidence {
		o, ok := p.objectAt(e.Pointer)
		switch {
		case ok && o.Kind == snapshot.NLBServerGroup && o.Attr("HealthCheck", "HealthCheckEnabled").Text() == "false":
			p.add(p.groupCheck(o), w.why)
			done = true
		case ok && o.Kind == snapshot.CLBListener && o.Attr("ListenerProtocol").Text() == "tcp" && o.Attr("TCPListenerConfig", "HealthCheck").Text() == "off":
			p.add(p.listenerCheck(o), w.why)
			done = true
		}
	}
	if !done {
		p.byHand(w, p.console(f)...)
	}
}

func (p *planner) groupCheck(o snapshot.Object) Action {
	call := func(on string) Call {
		return Call{Region: o.Region, Product: "nlb", Operation: "UpdateServerGroupAttribute",
			Params: map[string]string{"ServerGroupId": o.ID, "HealthCheckConfig.HealthCheckEnabled": on}}
	}
	inverse := call("false")
	a := Action{
		Kind: "enable-health-check", Title: "Turn the health check of server group " + o.ID + " on", Subject: finding.Subject{Kind: "nlb-server-group", ID: o.ID, Region: o.Region, Account: p.account.ID},
		Edits: texts([]change.Edit{change.SetField(o.ID, "HealthCheck.HealthCheckEnabled", "true")}),
		Value: groups(o, "HealthCheck", "HealthCheckEnabled"), Before: json.RawMessage("false"), After: json.RawMessage("true"),
		Call: call("true"), Inverse: &inverse, Ready: available(o),
	}
	a.seal()
	return a
}

// groups reads a value of a server group.
func groups(o snapshot.Object, path ...string) Probe {
	return Probe{Region: o.Region, Product: "nlb", Operation: "ListServerGroups", Params: map[string]string{}, Path: append([]string{"ServerGroups", "ServerGroupId=" + o.ID}, path...)}
}

func available(o snapshot.Object) *Ready {
	return &Ready{Probe: groups(o, "ServerGroupStatus"), Until: []string{"Available"}, Failed: []string{}}
}

func (p *planner) listenerCheck(o snapshot.Object) Action {
	balancer, port := o.Attr("LoadBalancerId").Text(), o.Attr("ListenerPort").Text()
	call := func(on string) Call {
		return Call{Region: o.Region, Product: "slb", Operation: "SetLoadBalancerTCPListenerAttribute",
			Params: map[string]string{"LoadBalancerId": balancer, "ListenerPort": port, "HealthCheckSwitch": on}}
	}
	inverse := call("off")
	a := Action{
		Kind: "enable-health-check", Title: fmt.Sprintf("Turn the health check of listener %s of %s on", port, balancer),
		Subject: finding.Subject{Kind: "clb", ID: balancer, Region: o.Region, Account: p.account.ID},
		Edits:   texts([]change.Edit{change.SetField(o.ID, "TCPListenerConfig.HealthCheck", "on")}),
		Value: Probe{Region: o.Region, Product: "slb", Operation: "DescribeLoadBalancerListeners", Params: map[string]string{},
			Path: []string{"Listeners", "LoadBalancerId=" + balancer + ",ListenerPort=" + port + ",ListenerProtocol=tcp", "TCPListenerConfig", "HealthCheck"}},
		Before: json.RawMessage(`"off"`), After: json.RawMessage(`"on"`), Call: call("on"), Inverse: &inverse,
	}
	a.seal()
	return a
}

// protect turns the protection of a load balancer against deletion on, and of an
// NLB against changes in the console too.
func (p *planner) protect(f finding.Finding, w wish) {
	done := false
	if o, ok := p.find(snapshot.CLB, f.Subject.ID); ok && o.Attr("DeleteProtection").Text() == "off" {
		p.add(p.protection(o, f, "slb", "SetLoadBalancerDeleteProtection", "DescribeLoadBalancerAttribute", []string{"DeleteProtection"}, "DeleteProtection", "off", "on"), w.why)
		done = true
	}
	if o, ok := p.find(snapshot.NLB, f.Subject.ID); ok {
		if o.Attr("DeletionProtectionConfig", "Enabled").Text() == "false" {
			p.add(p.protection(o, f, "nlb", "UpdateLoadBalancerProtection", "GetLoadBalancerAttribute", []string{"DeletionProtectionConfig", "Enabled"}, "DeletionProtectionEnabled", "false", "true"), w.why)
			done = true
		}
		if o.Attr("ModificationProtectionConfig", "Status").Text() == "NonProtection" {
			p.add(p.protection(o, f, "nlb", "UpdateLoadBalancerProtection", "GetLoadBalancerAttribute", []string{"ModificationProtectionConfig", "Status"}, "ModificationProtectionStatus", "NonProtection", "ConsoleProtection"), w.why)
			done = true
		}
	}
	if !done {
		p.byHand(w, p.console(f)...)
	}
}

func (p *planner) protection(o snapshot.Object, f finding.Finding, product, write, read string, path []string, param, before, after string) Action {
	call := func(value string) Call {
		return Call{Region: o.Region, Product: product, Operation: write, Params: map[string]string{"LoadBalancerId": o.ID, param: value}}
	}
	inverse := call(before)
	value := func(s string) json.RawMessage {
		if s == "true" || s == "false" {
			return json.RawMessage(s)
		}
		return json.RawMessage(text(s))
	}
	a := Action{
		Kind: "protect-load-balancer", Title: fmt.Sprintf("Set %s of %s to %s", param, o.ID, after), Subject: f.Subject,
		Edits:  texts([]change.Edit{change.SetField(o.ID, strings.Join(path, "."), after)}),
		Value:  Probe{Region: o.Region, Product: product, Operation: read, Params: map[string]string{"LoadBalancerId": o.ID}, Path: path},
		Before: value(before), After: value(after), Call: call(after), Inverse: &inverse,
	}
	a.seal()
	return a
}

// staleBackends removes the servers that a finding names from their groups.
func (p *planner) staleBackends(f finding.Finding, w wish) {
	done := false
	left := map[string]int{}
	for _, e := range f.Evidence {
		o, ok := p.objectAt(e.Pointer)
		item := p.item(e.Pointer, string(snapshot.Servers))
		if !ok || o.Kind != snapshot.NLBServerGroup || item == nil {
			continue
		}
		done = true
		if _, seen := left[o.ID]; !seen {
			left[o.ID] = len(o.Aspect(snapshot.Servers).Items())
		}
		if left[o.ID]--; left[o.ID] == 0 {
			p.byHand(w, fmt.Sprintf("Add the addresses of the cluster's nodes to server group %s before %s, its last server, is removed.", o.ID, item.Get("ServerIp").Text()),
				"API: nlb:AddServersToServerGroup, nlb:RemoveServersFromServerGroup")
			continue
		}
		p.add(p.server(o, item), w.why)
	}
	if !done {
		p.byHand(w, p.console(f)...)
	}
}

func (p *planner) server(o snapshot.Object, item *snapshot.Node) Action {
	id, port := item.Get("ServerId").Text(), item.Get("Port").Text()
	params := func(fields ...string) map[string]string {
		out := map[string]string{"ServerGroupId": o.ID}
		for _, name := range fields {
			if value := item.Get(name).Text(); value != "" {
				out["Servers.1."+name] = value
			}
		}
		return out
	}
	inverse := Call{Region: o.Region, Product: "nlb", Operation: "AddServersToServerGroup", Params: params("ServerId", "ServerType", "ServerIp", "Port", "Weight", "Description")}
	a := Action{
		Kind: "remove-stale-backends", Title: fmt.Sprintf("Remove server %s:%s from server group %s", id, port, o.ID),
		Subject: finding.Subject{Kind: "nlb-server-group", ID: o.ID, Region: o.Region, Account: p.account.ID},
		Edits:   texts([]change.Edit{change.RemovePart("server", o.ID, id+":"+port)}),
		Value: Probe{Region: o.Region, Product: "nlb", Operation: "ListServerGroupServers", Params: map[string]string{"ServerGroupId": o.ID},
			Path: []string{"Servers", "ServerId=" + id + ",Port=" + port}},
		Before: raw(item), After: json.RawMessage("null"), Inverse: &inverse, Ready: available(o),
		Call: Call{Region: o.Region, Product: "nlb", Operation: "RemoveServersFromServerGroup", Params: params("ServerId", "ServerType", "ServerIp", "Port")},
	}
	a.seal()
	return a
}

func (p *planner) wishServer(w wish, holder, id, port string) error {
	o, there := p.find(snapshot.NLBServerGroup, holder)
	if !there {
		return fmt.Errorf("no server group %q", holder)
	}
	for _, item := range o.Aspect(snapshot.Servers).Items() {
		if item.Get("ServerId").Text() == id && item.Get("Port").Text() == port {
			p.add(p.server(o, item), w.why)
			return nil
		}
	}
	return fmt.Errorf("%s holds no %s:%s", holder, id, port)
}

// openRules revokes the rules of security groups that a finding names.
func (p *planner) openRules(f finding.Finding, w wish) {
	done := false
	for _, e := range f.Evidence {
		o, ok := p.objectAt(e.Pointer)
		item := p.item(e.Pointer, string(snapshot.Rules))
		if ok && o.Kind == snapshot.SecurityGroup && item != nil && item.Get("SecurityGroupRuleId").Text() != "" {
			p.revokeFor(o, item, w, f.Remediation.Fix)
			done = true
		}
	}
	if !done {
		p.byHand(w, p.console(f)...)
	}
}

func (p *planner) revoke(o snapshot.Object, item *snapshot.Node, w wish) {
	p.revokeFor(o, item, w, "revoke-open-rules")
}

// revokeFor takes a rule out of a security group. Undone, it has another id.
func (p *planner) revokeFor(o snapshot.Object, item *snapshot.Node, w wish, kind string) {
	id, direction := item.Get("SecurityGroupRuleId").Text(), item.Get("Direction").Text()
	if direction != "ingress" {
		p.byHand(w, fmt.Sprintf("Revoke rule %s of security group %s.", id, o.ID), "API: ecs:RevokeSecurityGroupEgress")
		return
	}
	back := map[string]string{"SecurityGroupId": o.ID}
	for _, field := range [][2]string{
		{"Policy", "Policy"}, {"Priority", "Priority"}, {"IpProtocol", "IpProtocol"}, {"SourceCidrIp", "SourceCidrIp"}, {"Ipv6SourceCidrIp", "Ipv6SourceCidrIp"},
		{"SourceGroupId", "SourceGroupId"}, {"SourcePrefixListId", "SourcePrefixListId"}, {"PortRange", "PortRange"}, {"DestCidrIp", "DestCidrIp"},
		{"Ipv6DestCidrIp", "Ipv6DestCidrIp"}, {"SourcePortRange", "SourcePortRange"}, {"SourceGroupOwnerAccount", "SourceGroupOwnerAccount"},
		{"NicType", "NicType"}, {"Description", "Description"},
	} {
		if value := item.Get(field[0]).Text(); value != "" {
			back["Permissions.1."+field[1]] = value
		}
	}
	source := item.Get("SourceCidrIp").Text() + item.Get("Ipv6SourceCidrIp").Text() + item.Get("SourcePrefixListId").Text() + item.Get("SourceGroupId").Text()
	a := Action{
		Kind: kind, Title: fmt.Sprintf("Revoke rule %s of security group %s: %s %s from %s", id, o.ID, strings.ToLower(item.Get("IpProtocol").Text()), item.Get("PortRange").Text(), source),
		Subject: finding.Subject{Kind: "security-group", ID: o.ID, Region: o.Region, Account: p.account.ID},
		Edits:   texts([]change.Edit{change.RemovePart("sg", o.ID, id)}),
		Value: Probe{Region: o.Region, Product: "ecs", Operation: "DescribeSecurityGroupAttribute", Params: map[string]string{"SecurityGroupId": o.ID, "Direction": "all"},
			Path: []string{"Permissions", "Permission", "*" + alike(item), "PortRange"}, Set: true},
		Before: json.RawMessage(text(portsOf(o, item))), After: json.RawMessage(text(portsOf(o, item)[1:])), Recreates: "rule " + id + " of " + o.ID + ", with another id",
		Call:    Call{Region: o.Region, Product: "ecs", Operation: "RevokeSecurityGroup", Params: map[string]string{"SecurityGroupId": o.ID, "SecurityGroupRuleId.1": id}},
		Inverse: &Call{Region: o.Region, Product: "ecs", Operation: "AuthorizeSecurityGroup", Params: back},
	}
	a.seal()
	p.add(a, w.why)
}

// alike selects the rules that say the same as one: restored, it has another id.
func alike(rule *snapshot.Node) string {
	var wants []string
	for _, field := range []string{"Direction", "Policy", "Priority", "IpProtocol", "SourceCidrIp", "Ipv6SourceCidrIp", "SourceGroupId", "SourcePrefixListId", "PortRange"} {
		if value := rule.Get(field).Text(); value != "" {
			wants = append(wants, field+"="+value)
		}
	}
	return strings.Join(wants, ",")
}

// portsOf are the ports of all rules of a group that say the same as one, that one
// included.
func portsOf(o snapshot.Object, rule *snapshot.Node) []string {
	var ports []string
	for _, item := range o.Aspect(snapshot.Rules).Items() {
		if alike(item) == alike(rule) {
			ports = append(ports, item.Get("PortRange").Text())
		}
	}
	return ports
}

// holds reports whether an element of a whitelist holds an entry.
func holds(element, entry string) bool {
	want := netset.ParseWhitelist(entry)[0]
	for _, piece := range netset.ParseWhitelist(element) {
		if piece.Text == want.Text || piece.Err == nil && want.Err == nil && piece.Prefix == want.Prefix {
			return true
		}
	}
	return false
}

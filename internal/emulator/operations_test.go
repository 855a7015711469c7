package emulator

import (
	"testing"

	"esaudit/collector/recording"
)

// step is a write, what shows it, and the write that takes it back.
type step struct {
	write, undo asked
	read        string // PRODUCT.OPERATION
	params      map[string]string
	path        []any
	was, is     any
}

func es(operation, body string) asked { return asked{name: "elasticsearch." + operation, body: body} }

func rpc(name string, pairs ...string) asked {
	a := asked{name: name, query: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		a.query[pairs[i]] = pairs[i+1]
	}
	return a
}

func steps() map[string]step {
	instance, server := map[string]string{"InstanceId": cluster}, map[string]string{"ServerGroupId": "sgp-1"}
	service, own := map[string]string{"ServiceId": "epsrv-1"}, map[string]string{"EndpointId": "ep-own"}
	rules := map[string]string{"SecurityGroupId": "sg-1", "Direction": "all"}
	listener := map[string]string{"LoadBalancerId": "lb-1", "ListenerPort": "9200"}
	group := func(mode, ips string) string {
		return `{"modifyMode":"` + mode + `","whiteIpGroup":{"groupName":"office","ips":` + ips + `,"whiteIpType":"PUBLIC_ES"}}`
	}
	modes := func(operation, mode, body string) asked {
		a := es(operation, body)
		a.query = map[string]string{"modifyMode": mode}
		return a
	}
	acl := func(operation, entry, comment string) asked {
		return rpc("slb."+operation, "AclId", "acl-1", "AclEntrys", `[{"entry":"`+entry+`","comment":"`+comment+`"}]`)
	}
	set := func(pairs ...string) asked {
		return rpc("slb.SetLoadBalancerTCPListenerAttribute", append([]string{"LoadBalancerId", "lb-1", "ListenerPort", "9200"}, pairs...)...)
	}
	return map[string]step{
		"delete from a group": {
			es("ModifyWhiteIps", group("Delete", `["198.51.100.1"]`)), es("ModifyWhiteIps", group("Append", `["198.51.100.1"]`)),
			describeInstance, instance, []any{"Result", "networkConfig", "whiteIpGroupList", 1, "ips", 0}, "198.51.100.1", "198.51.100.2",
		},
		"remove a group": {
			es("ModifyWhiteIps", group("Cover", `[]`)), es("ModifyWhiteIps", group("Cover", `["198.51.100.1","198.51.100.2"]`)),
			listInstance, nil, []any{"Result", 0, "networkConfig", "whiteIpGroupList", 1, "groupName"}, "office", "default",
		},
		"the default group": {
			es("ModifyWhiteIps", `{"nodeType":"WORKER","networkType":"PUBLIC","whiteIpList":["203.0.113.9"]}`),
			es("ModifyWhiteIps", `{"nodeType":"WORKER","networkType":"PUBLIC","whiteIpList":["203.0.113.0/24","203.0.113.9"]}`),
			listInstance, nil, []any{"Result", 0, "publicIpWhitelist", 0}, "203.0.113.0/24", "203.0.113.9",
		},
		"UpdatePublicWhiteIps": {
			es("UpdatePublicWhiteIps", `{"publicIpWhitelist":["203.0.113.9"]}`), es("UpdatePublicWhiteIps", `{"publicIpWhitelist":["203.0.113.0/24","203.0.113.9"]}`),
			describeInstance, instance, []any{"Result", "publicIpWhitelist", 0}, "203.0.113.0/24", "203.0.113.9",
		},
		"UpdatePrivateNetworkWhiteIps": {
			modes("UpdatePrivateNetworkWhiteIps", "Append", `{"whiteIpGroup":{"groupName":"default","ips":["192.168.0.1"]}}`),
			modes("UpdatePrivateNetworkWhiteIps", "Delete", `{"whiteIpGroup":{"groupName":"default","ips":["192.168.0.1"]}}`),
			describeInstance, instance, []any{"Result", "privateNetworkIpWhiteList", 1}, nil, "192.168.0.1",
		},
		"UpdateKibanaWhiteIps": {
			es("UpdateKibanaWhiteIps", `{"kibanaIPWhitelist":["198.51.100.7"]}`), es("UpdateKibanaWhiteIps", `{"kibanaIPWhitelist":["127.0.0.1"]}`),
			describeInstance, instance, []any{"Result", "networkConfig", "whiteIpGroupList", 3, "ips", 0}, "127.0.0.1", "198.51.100.7",
		},
		"TriggerNetwork": {
			es("TriggerNetwork", `{"nodeType":"WORKER","networkType":"PUBLIC","actionType":"CLOSE"}`), es("TriggerNetwork", `{"nodeType":"WORKER","networkType":"PUBLIC","actionType":"OPEN"}`),
			describeInstance, instance, []any{"Result", "enablePublic"}, true, false,
		},
		"UpdatePublicNetwork": {
			es("UpdatePublicNetwork", `{"enablePublic":false}`), es("UpdatePublicNetwork", `{"enablePublic":true}`),
			listInstance, nil, []any{"Result", 0, "enablePublic"}, true, false,
		},
		"OpenHttps": {
			es("OpenHttps", ""), es("CloseHttps", ""),
			listInstance, nil, []any{"Result", 0, "protocol"}, "HTTP", "HTTPS",
		},
		"UpdateSnapshotSetting": {
			es("UpdateSnapshotSetting", `{"enable":true,"quartzRegex":"0 0 01 ? * * *"}`), es("UpdateSnapshotSetting", `{"enable":false}`),
			describeSnapshots, instance, []any{"Result", "Enable"}, false, true,
		},
		"UpdateInstanceSettings": {
			es("UpdateInstanceSettings", `{"esConfig":{"http.cors.enabled":false}}`), es("UpdateInstanceSettings", `{"esConfig":{"http.cors.enabled":"true"}}`),
			describeInstance, instance, []any{"Result", "esConfig", "http.cors.enabled"}, "true", "false",
		},
		"EnableKibanaPvlNetwork": {
			es("EnableKibanaPvlNetwork", `{"endpointName":"k","securityGroups":["sg-1"],"vSwitchIdsZone":[{"vswitchId":"vsw-1","zoneId":"cn-hangzhou-h"}],"vpcId":"vpc-1"}`), es("DisableKibanaPvlNetwork", ""),
			listKibanaLinks, instance, []any{"Result", 0, "pvlId"}, nil, "es-cn-1-kibana-internal-internal",
		},
		"RemoveAccessControlListEntry": {
			acl("RemoveAccessControlListEntry", "10.0.0.0/8", ""), acl("AddAccessControlListEntry", "10.0.0.0/8", "vpc"),
			describeACL, map[string]string{"AclId": "acl-1"}, []any{"TotalAclEntry"}, 2.0, 1.0,
		},
		"access control of a listener": {
			set("AclStatus", "on", "AclType", "white", "AclId", "acl-1"), set("AclStatus", "off"),
			describeListeners, nil, []any{"Listeners", 0, "AclIds", 0}, nil, "acl-1",
		},
		"health check of a listener": {
			set("HealthCheckSwitch", "off", "HealthyThreshold", "4"), set("HealthCheckSwitch", "on", "HealthyThreshold", "3"),
			describeTCPListener, listener, []any{"HealthyThreshold"}, 3.0, 4.0,
		},
		"SetListenerAccessControlStatus": {
			rpc("slb.SetListenerAccessControlStatus", "LoadBalancerId", "lb-1", "ListenerPort", "9200", "AccessControlStatus", "open_white_list"),
			rpc("slb.SetListenerAccessControlStatus", "LoadBalancerId", "lb-1", "ListenerPort", "9200", "AccessControlStatus", "close"),
			describeListenerGate, listener, []any{"AccessControlStatus"}, "close", "open_white_list",
		},
		"SetLoadBalancerDeleteProtection": {
			rpc("slb.SetLoadBalancerDeleteProtection", "LoadBalancerId", "lb-1", "DeleteProtection", "on"), rpc("slb.SetLoadBalancerDeleteProtection", "LoadBalancerId", "lb-1", "DeleteProtection", "off"),
			describeBalancers, nil, []any{"LoadBalancers", "LoadBalancer", 0, "DeleteProtection"}, "off", "on",
		},
		"RemoveServersFromServerGroup": {
			rpc("nlb.RemoveServersFromServerGroup", "ServerGroupId", "sgp-1", "Servers.1.ServerId", "10.0.0.9", "Servers.1.ServerType", "Ip", "Servers.1.Port", "9200"),
			rpc("nlb.AddServersToServerGroup", "ServerGroupId", "sgp-1", "Servers.1.ServerId", "10.0.0.9", "Servers.1.ServerType", "Ip", "Servers.1.ServerIp", "10.0.0.9", "Servers.1.Port", "9200", "Servers.1.Weight", "100"),
			listServers, server, []any{"Servers", 0, "ServerId"}, "10.0.0.9", "10.0.0.8",
		},
		"UpdateServerGroupAttribute": {
			rpc("nlb.UpdateServerGroupAttribute", "ServerGroupId", "sgp-1", "HealthCheckConfig.HealthCheckEnabled", "true"), rpc("nlb.UpdateServerGroupAttribute", "ServerGroupId", "sgp-1", "HealthCheckConfig.HealthCheckEnabled", "false"),
			listServerGroups, nil, []any{"ServerGroups", 0, "HealthCheck", "HealthCheckEnabled"}, false, true,
		},
		"UpdateLoadBalancerProtection": {
			rpc("nlb.UpdateLoadBalancerProtection", "LoadBalancerId", "nlb-1", "DeletionProtectionEnabled", "true"), rpc("nlb.UpdateLoadBalancerProtection", "LoadBalancerId", "nlb-1", "DeletionProtectionEnabled", "false"),
			getNetworkLB, map[string]string{"LoadBalancerId": "nlb-1"}, []any{"DeletionProtectionConfig", "Enabled"}, false, true,
		},
		"UpdateLoadBalancerAttribute": {
			rpc("nlb.UpdateLoadBalancerAttribute", "LoadBalancerId", "nlb-1", "LoadBalancerName", "7"), rpc("nlb.UpdateLoadBalancerAttribute", "LoadBalancerId", "nlb-1", "LoadBalancerName", "a"),
			listNetworkLBs, nil, []any{"LoadBalancers", 0, "LoadBalancerName"}, "a", "7",
		},
		"UpdateVpcEndpointServiceAttribute": {
			rpc("privatelink.UpdateVpcEndpointServiceAttribute", "ServiceId", "epsrv-1", "AutoAcceptEnabled", "false"), rpc("privatelink.UpdateVpcEndpointServiceAttribute", "ServiceId", "epsrv-1", "AutoAcceptEnabled", "true"),
			listServices, nil, []any{"Services", 0, "AutoAcceptEnabled"}, true, false,
		},
		"RemoveUserFromVpcEndpointService": {
			rpc("privatelink.RemoveUserFromVpcEndpointService", "ServiceId", "epsrv-1", "UserARN", "acs:ram:*:*:*"), rpc("privatelink.AddUserToVpcEndpointService", "ServiceId", "epsrv-1", "UserARN", "acs:ram:*:*:*"),
			listServiceUsers, service, []any{"TotalCount"}, "2", "1",
		},
		"a user by account": {
			rpc("privatelink.RemoveUserFromVpcEndpointService", "ServiceId", "epsrv-1", "UserId", "1234567890123456"), rpc("privatelink.AddUserToVpcEndpointService", "ServiceId", "epsrv-1", "UserId", "1234567890123456"),
			listServiceUsers, service, []any{"Users", 0, "UserId"}, 1234567890123456.0, nil,
		},
		"DisableVpcEndpointConnection": {
			rpc("privatelink.DisableVpcEndpointConnection", "ServiceId", "epsrv-1", "EndpointId", "ep-1"), rpc("privatelink.EnableVpcEndpointConnection", "ServiceId", "epsrv-1", "EndpointId", "ep-1"),
			listClusterEndpoints, instance, []any{"Result", 0, "connectionStatus"}, "Connected", "Disconnected",
		},
		"AttachSecurityGroupToVpcEndpoint": {
			rpc("privatelink.AttachSecurityGroupToVpcEndpoint", "EndpointId", "ep-own", "SecurityGroupId", "sg-2"), rpc("privatelink.DetachSecurityGroupFromVpcEndpoint", "EndpointId", "ep-own", "SecurityGroupId", "sg-2"),
			listEndpointGroups, own, []any{"SecurityGroups", 1, "SecurityGroupId"}, nil, "sg-2",
		},
		"revoke by id": {
			rpc("ecs.RevokeSecurityGroup", "SecurityGroupId", "sg-1", "SecurityGroupRuleId.1", "sgr-1"),
			rpc("ecs.AuthorizeSecurityGroup", "SecurityGroupId", "sg-1", "Permissions.1.IpProtocol", "tcp", "Permissions.1.PortRange", "9200/9200", "Permissions.1.SourceCidrIp", "0.0.0.0/0"),
			describeRules, rules, []any{"Permissions", "Permission", 0, "SourceCidrIp"}, "0.0.0.0/0", "10.0.0.0/8",
		},
		"revoke by what it is": {
			rpc("ecs.RevokeSecurityGroup", "SecurityGroupId", "sg-1", "IpProtocol", "tcp", "PortRange", "9200/9200", "SourceCidrIp", "0.0.0.0/0", "Policy", "accept"),
			rpc("ecs.AuthorizeSecurityGroup", "SecurityGroupId", "sg-1", "IpProtocol", "tcp", "PortRange", "9200/9200", "SourceCidrIp", "0.0.0.0/0"),
			describeGroups, nil, []any{"SecurityGroups", "SecurityGroup", 0, "RuleCount"}, 2.0, 1.0,
		},
	}
}

// Every write shows in the reads, is refused to a key for reading, and taken back
// leaves the estate as it was. It is on the disk: another server goes on from
// there. What it changes is one effect.
func TestWrites(t *testing.T) {
	reader := Key{ID: "reader", Secret: "r", ReadOnly: true}
	for name, step := range steps() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := Options{State: t.TempDir(), Reads: -1, Keys: []Key{TestKey(), reader}}
			parts := []recording.Part{writable()}
			s, c := serve(t, parts, o)
			before := told(t, c, parts[0])
			is := func(c *client, want any) {
				t.Helper()
				if got := at(c.read(t, step.read, step.params), step.path...); got != want {
					t.Errorf("%s says %v, not %v", step.read, got, want)
				}
			}
			is(c, step.was)
			step.write.send(t, c, reader).want(t, 403, "Forbidden.RAM")
			is(c, step.was)
			step.write.send(t, c, TestKey()).want(t, 200, "")
			is(c, step.is)
			_, again := serve(t, parts, o)
			is(again, step.is)
			step.undo.send(t, again, TestKey()).want(t, 200, "")
			after := told(t, again, parts[0])
			for name, was := range before {
				if after[name] != was {
					t.Errorf("%s\nwas %s\nis  %s", name, was, after[name])
				}
			}
			if n := len(s.Effects()); n != 1 {
				t.Errorf("%d effects of one write", n)
			}
		})
	}
}

// No write that is served is without a test.
func TestEveryWriteIsTested(t *testing.T) {
	tested := map[string]bool{"elasticsearch.CreateVpcEndpoint": true, "elasticsearch.DeleteVpcEndpoint": true, "elasticsearch.UpdateKibanaPvlNetwork": true}
	for _, s := range steps() {
		tested[s.write.name], tested[s.undo.name] = true, true
	}
	for name := range writers() {
		if !tested[name] {
			t.Errorf("%s has no test", name)
		}
	}
}

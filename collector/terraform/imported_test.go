package terraform

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// live is the snapshot of an estate of testdata/estates.
func live(t testing.TB, name string) *snapshot.Snapshot {
	t.Helper()
	r, err := recording.Open("../../testdata/estates/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// imported writes the resources of a live estate as the provider reads them
// (the Read functions of alicloud/resource_alicloud_*.go), each by a call of do.
// It knows nothing of this package's mappings.
func imported(t testing.TB, s *snapshot.Snapshot, do func(address string, v values)) {
	t.Helper()
	a := s.Accounts()[0]
	n := 0
	add := func(kind string, v values) {
		n++
		do(fmt.Sprintf("alicloud_%s.r%d", kind, n), v)
	}
	for _, kind := range snapshot.Kinds() {
		for _, o := range a.Objects(kind) {
			importObject(t, o, add)
		}
	}
}

// plain is a value of a document as a Go value.
func plain(t testing.TB, n *snapshot.Node) any {
	t.Helper()
	if !n.Exists() {
		return nil
	}
	var v any
	if err := json.Unmarshal(n.AppendJSON(nil), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func importObject(t testing.TB, o snapshot.Object, add func(string, values)) {
	t.Helper()
	at := func(path ...string) any { return plain(t, o.Attr(path...)) }
	items := func(list *snapshot.Node, each func(get func(...string) any)) {
		for _, n := range list.Items() {
			each(func(path ...string) any { return plain(t, n.Get(path...)) })
		}
	}
	switch o.Kind {
	case snapshot.Cluster:
		add("elasticsearch_instance", values{
			"id": o.ID, "arch_type": at("archType"), "vswitch_id": at("networkConfig", "vswitchId"), "description": at("description"),
			"enable_kibana_private_network": at("enableKibanaPrivateNetwork"), "enable_kibana_public_network": at("enableKibanaPublicNetwork"),
			"enable_public": at("enablePublic"), "protocol": at("protocol"), "public_port": at("publicPort"), "port": at("port"), "status": at("status"),
			"version": at("esVersion"), "zone_count": at("zoneCount"), "setting_config": at("esConfig"), "kibana_private_whitelist": at("kibanaPrivateIPWhitelist"),
			"kibana_whitelist": at("kibanaIPWhitelist"), "private_whitelist": at("privateNetworkIpWhiteList"), "public_whitelist": at("publicIpWhitelist"),
			"data_node_configuration": []values{{
				"amount": at("nodeAmount"), "spec": at("nodeSpec", "spec"), "disk": at("nodeSpec", "disk"), "disk_type": at("nodeSpec", "diskType"),
				"disk_encryption": at("nodeSpec", "diskEncryption"),
			}},
			"kibana_configuration": []values{{"spec": at("kibanaConfiguration", "spec")}},
			"master_configuration": []values{{"spec": at("masterConfiguration", "spec")}},
		})
	case snapshot.CLB:
		add("slb_load_balancer", values{
			"id": o.ID, "address": at("Address"), "address_ip_version": at("AddressIPVersion"), "address_type": at("AddressType"), "status": at("LoadBalancerStatus"),
			"delete_protection": at("DeleteProtection"), "master_zone_id": at("MasterZoneId"), "slave_zone_id": at("SlaveZoneId"), "vswitch_id": at("VSwitchId"),
			"modification_protection_status": at("ModificationProtectionStatus"),
		})
	case snapshot.CLBListener:
		protocol := o.Attr("ListenerProtocol").Text()
		v := values{
			"id":               o.Attr("LoadBalancerId").Text() + ":" + protocol + ":" + o.Attr("ListenerPort").Text(),
			"load_balancer_id": at("LoadBalancerId"), "protocol": protocol, "frontend_port": at("ListenerPort"), "backend_port": at("BackendServerPort"),
			"server_group_id": at("VServerGroupId"), "acl_status": at("AclStatus"), "acl_type": at("AclType"), "acl_ids": at("AclIds"),
			"health_check": at(strings.ToUpper(protocol)+"ListenerConfig", "HealthCheck"),
		}
		add("slb_listener", v)
	case snapshot.CLBVServerGroup:
		add("slb_server_group", values{"id": o.ID, "load_balancer_id": at("LoadBalancerId"), "name": at("VServerGroupName")})
		items(o.Attr("BackendServers", "BackendServer"), func(get func(...string) any) {
			add("slb_server_group_server_attachment", values{
				"server_group_id": o.ID, "server_id": get("ServerId"), "port": get("Port"), "type": get("Type"), "weight": get("Weight"),
			})
		})
	case snapshot.CLBACL:
		add("slb_acl", values{"id": o.ID, "name": at("AclName"), "ip_version": at("AddressIPVersion")})
		items(o.Aspect(snapshot.Entries), func(get func(...string) any) {
			add("slb_acl_entry_attachment", values{"acl_id": o.ID, "entry": get("AclEntryIP"), "comment": get("AclEntryComment")})
		})
	case snapshot.NLB:
		var zones []values
		items(o.Attr("ZoneMappings"), func(get func(...string) any) {
			v := values{"zone_id": get("ZoneId"), "vswitch_id": get("VSwitchId")}
			if list, _ := get("LoadBalancerAddresses").([]any); len(list) > 0 {
				address := list[0].(map[string]any)
				v["allocation_id"], v["private_ipv4_address"], v["ipv4_local_addresses"] = address["AllocationId"], address["PrivateIPv4Address"], address["Ipv4LocalAddresses"]
			}
			zones = append(zones, v)
		})
		add("nlb_load_balancer", values{
			"id": o.ID, "address_type": at("AddressType"), "address_ip_version": at("AddressIpVersion"), "status": at("LoadBalancerStatus"),
			"load_balancer_business_status": at("LoadBalancerBusinessStatus"), "vpc_id": at("VpcId"), "cross_zone_enabled": at("CrossZoneEnabled"),
			"security_group_ids": at("SecurityGroupIds"), "zone_mappings": zones, "deletion_protection_enabled": at("DeletionProtectionConfig", "Enabled"),
			"modification_protection_status": at("ModificationProtectionConfig", "Status"),
		})
	case snapshot.NLBListener:
		add("nlb_listener", values{
			"id": o.ID, "load_balancer_id": at("LoadBalancerId"), "listener_protocol": at("ListenerProtocol"), "listener_port": at("ListenerPort"),
			"server_group_id": at("ServerGroupId"), "status": at("ListenerStatus"), "security_policy_id": at("SecurityPolicyId"), "ca_enabled": at("CaEnabled"),
		})
	case snapshot.NLBServerGroup:
		add("nlb_server_group", values{
			"id": o.ID, "server_group_type": at("ServerGroupType"), "vpc_id": at("VpcId"), "protocol": at("Protocol"), "any_port_enabled": at("AnyPortEnabled"),
			"preserve_client_ip_enabled": at("PreserveClientIpEnabled"), "address_ip_version": at("AddressIPVersion"),
			"health_check": []values{{"health_check_enabled": at("HealthCheck", "HealthCheckEnabled"), "health_check_type": at("HealthCheck", "HealthCheckType")}},
		})
		items(o.Aspect(snapshot.Servers), func(get func(...string) any) {
			add("nlb_server_group_server_attachment", values{
				"server_group_id": o.ID, "server_id": get("ServerId"), "server_ip": get("ServerIp"), "server_type": get("ServerType"), "port": get("Port"), "weight": get("Weight"),
			})
		})
	case snapshot.EndpointService:
		add("privatelink_vpc_endpoint_service", values{
			"id": o.ID, "status": at("ServiceStatus"), "service_business_status": at("ServiceBusinessStatus"), "service_resource_type": at("ServiceResourceType"),
			"auto_accept_connection": at("AutoAcceptEnabled"), "vpc_endpoint_service_name": at("ServiceName"),
		})
		items(o.Aspect(snapshot.Resources), func(get func(...string) any) {
			add("privatelink_vpc_endpoint_service_resource", values{
				"service_id": o.ID, "resource_id": get("ResourceId"), "resource_type": get("ResourceType"), "zone_id": get("ZoneId"),
			})
		})
		items(o.Aspect(snapshot.Users), func(get func(...string) any) {
			add("privatelink_vpc_endpoint_service_user", values{"service_id": o.ID, "user_id": fmt.Sprintf("%.0f", get("UserId"))})
		})
	case snapshot.VPC:
		add("vpc", values{"id": o.ID, "cidr_block": at("CidrBlock"), "vpc_name": at("VpcName"), "status": at("Status"), "ipv6_cidr_block": at("Ipv6CidrBlock")})
	case snapshot.VSwitch:
		add("vswitch", values{"id": o.ID, "cidr_block": at("CidrBlock"), "vpc_id": at("VpcId"), "zone_id": at("ZoneId"), "ipv6_cidr_block": at("Ipv6CidrBlock")})
	case snapshot.SecurityGroup:
		add("security_group", values{
			"id": o.ID, "vpc_id": at("VpcId"), "security_group_type": at("SecurityGroupType"), "inner_access_policy": at("InnerAccessPolicy"),
		})
		items(o.Aspect(snapshot.Rules), func(get func(...string) any) {
			side := map[any]string{"ingress": "Source", "egress": "Dest"}[get("Direction")]
			add("security_group_rule", values{
				"security_group_id": o.ID, "type": get("Direction"), "ip_protocol": strings.ToLower(fmt.Sprint(get("IpProtocol"))), "policy": strings.ToLower(fmt.Sprint(get("Policy"))),
				"port_range": get("PortRange"), "priority": json.Number(fmt.Sprint(get("Priority"))), "cidr_ip": get(side + "CidrIp"),
				"source_security_group_id": get(side + "GroupId"), "security_group_rule_id": get("SecurityGroupRuleId"),
			})
		})
	case snapshot.NATGateway:
		add("nat_gateway", values{
			"id": o.ID, "vpc_id": at("VpcId"), "status": at("Status"), "network_type": at("NetworkType"), "deletion_protection": at("DeletionProtection"),
			"forward_table_ids": o.Attr("ForwardTableIds", "ForwardTableId").Items()[0].Text(), "snat_table_ids": o.Attr("SnatTableIds", "SnatTableId").Items()[0].Text(),
		})
	case snapshot.ForwardTable:
		items(o.Aspect(snapshot.Entries), func(get func(...string) any) {
			add("forward_entry", values{
				"forward_table_id": o.ID, "external_ip": get("ExternalIp"), "external_port": get("ExternalPort"), "internal_ip": get("InternalIp"),
				"internal_port": get("InternalPort"), "ip_protocol": get("IpProtocol"),
			})
		})
	case snapshot.ECS:
		v := values{
			"id": o.ID, "instance_name": at("InstanceName"), "status": at("Status"), "availability_zone": at("ZoneId"), "vpc_id": at("VpcAttributes", "VpcId"),
			"vswitch_id": at("VpcAttributes", "VSwitchId"), "security_groups": at("SecurityGroupIds", "SecurityGroupId"),
		}
		for _, ip := range o.Attr("VpcAttributes", "PrivateIpAddress", "IpAddress").Items() {
			v["private_ip"] = ip.Text()
		}
		for _, ip := range o.Attr("PublicIpAddress", "IpAddress").Items() {
			v["public_ip"] = ip.Text()
		}
		add("instance", v)
	case snapshot.ENI:
		if o.Attr("Type").Text() != "Secondary" {
			return // comes with its instance
		}
		add("ecs_network_interface", values{
			"id": o.ID, "vswitch_id": at("VSwitchId"), "primary_ip_address": at("PrivateIpAddress"), "security_group_ids": at("SecurityGroupIds", "SecurityGroupId"), "status": at("Status"),
		})
		if o.Attr("InstanceId").Text() != "" {
			add("ecs_network_interface_attachment", values{"network_interface_id": o.ID, "instance_id": at("InstanceId")})
		}
	case snapshot.EIP:
		add("eip_address", values{"id": o.ID, "ip_address": at("IpAddress"), "status": at("Status")})
		if o.Attr("InstanceId").Text() != "" {
			add("eip_association", values{"allocation_id": o.ID, "instance_id": at("InstanceId"), "instance_type": at("InstanceType")})
		}
	case snapshot.CEN:
		add("cen_instance", values{"id": o.ID, "status": at("Status"), "cen_instance_name": at("Name")})
		items(o.Aspect(snapshot.Children), func(get func(...string) any) {
			add("cen_instance_attachment", values{
				"instance_id": o.ID, "child_instance_id": get("ChildInstanceId"), "child_instance_type": get("ChildInstanceType"),
				"child_instance_region_id": get("ChildInstanceRegionId"), "status": get("Status"),
			})
		})
	case snapshot.VPCPeer:
		add("vpc_peer_connection", values{
			"id": o.ID, "vpc_id": at("Vpc", "VpcId"), "accepting_vpc_id": at("AcceptingVpc", "VpcId"), "accepting_region_id": at("AcceptingRegionId"), "status": at("Status"),
		})
	default:
		importIdentity(t, o, add)
	}
}

func importIdentity(t testing.TB, o snapshot.Object, add func(string, values)) {
	t.Helper()
	attached := func(resource, principal string) {
		for _, n := range o.Aspect(snapshot.Policies).Items() {
			add(resource, values{principal: o.ID, "policy_name": n.Get("PolicyName").Text(), "policy_type": n.Get("PolicyType").Text()})
		}
	}
	switch o.Kind {
	case snapshot.RAMUser:
		add("ram_user", values{"id": o.Attr("UserId").Text(), "name": o.ID})
		attached("ram_user_policy_attachment", "user_name")
	case snapshot.RAMGroup:
		add("ram_group", values{"id": o.ID, "group_name": o.ID})
		attached("ram_group_policy_attachment", "group_name")
		for _, n := range o.Aspect(snapshot.Users).Items() {
			add("ram_user_group_attachment", values{"group_name": o.ID, "user_name": n.Get("UserName").Text()})
		}
	case snapshot.RAMRole:
		add("ram_role", values{"id": o.ID, "role_name": o.ID, "assume_role_policy_document": string(o.Attr("AssumeRolePolicyDocument").AppendJSON(nil))})
		attached("ram_role_policy_attachment", "role_name")
	case snapshot.RAMPolicy:
		if name, ok := strings.CutPrefix(o.ID, "Custom/"); ok {
			add("ram_policy", values{"id": name, "policy_name": name, "policy_document": string(o.Aspect(snapshot.Document).AppendJSON(nil))})
		}
	}
}

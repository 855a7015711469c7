package emulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

// cluster is the one that the tests of writes change.
const cluster = "es-cn-1"

// writable is a recording with something to change for every write.
func writable() recording.Part {
	in := func(name, value string) map[string]string { return map[string]string{name: value} }
	instance := `"instanceId":"es-cn-1","status":"active","archType":"public","protocol":"HTTP","enablePublic":true,"publicDomain":"es-cn-1.public.example","publicPort":9200,` +
		`"enableKibanaPublicNetwork":true,"enableKibanaPrivateNetwork":false,"updatedAt":"2026-01-01T00:00:00.000Z",` +
		`"publicIpWhitelist":["203.0.113.0/24","203.0.113.9"],"privateNetworkIpWhiteList":["10.0.0.0/8"],"kibanaIPWhitelist":["127.0.0.1"],` +
		`"esConfig":{"http.cors.enabled":"true"},"kibanaConfiguration":{"specInfo":"2C 4G"},` +
		`"networkConfig":{"vpcId":"vpc-1","whiteIpGroupList":[` +
		`{"groupName":"default","ips":["203.0.113.0/24","203.0.113.9"],"whiteIpType":"PUBLIC_ES"},` +
		`{"groupName":"office","ips":["198.51.100.1","198.51.100.2"],"whiteIpType":"PUBLIC_ES"},` +
		`{"groupName":"default","ips":["10.0.0.0/8"],"whiteIpType":"PRIVATE_ES"},` +
		`{"groupName":"default","ips":["127.0.0.1"],"whiteIpType":"PUBLIC_KIBANA"}]}`
	tcp := `"HealthCheck":"on","HealthCheckType":"tcp","HealthyThreshold":3`
	entries := `"TotalAclEntry":2,"AclEntrys":{"AclEntry":[{"AclEntryIP":"0.0.0.0/0","AclEntryComment":""},{"AclEntryIP":"10.0.0.0/8","AclEntryComment":"vpc"}]}`
	return part(
		line(listInstance, nil, 200, `{"RequestId":"1","Result":[{`+instance+`}],"Headers":{"X-Total-Count":1}}`),
		line(describeInstance, in("InstanceId", cluster), 200, `{"RequestId":"2","Result":{`+instance+`}}`),
		line(listClusterEndpoints, in("InstanceId", cluster), 200, `{"RequestId":"3","Result":[{"endpointId":"ep-1","connectionStatus":"Connected","endpointStatus":"Active","serviceId":"epsrv-1"}]}`),
		line(listKibanaLinks, in("InstanceId", cluster), 200, `{"RequestId":"4","Result":[]}`),
		line(describeSnapshots, in("InstanceId", cluster), 200, `{"RequestId":"5","Result":{"Enable":false,"QuartzRegex":"0 0 01 ? * * *"}}`),
		line(describeBalancers, nil, 200, `{"RequestId":"6","TotalCount":1,"LoadBalancers":{"LoadBalancer":[{"LoadBalancerId":"lb-1","DeleteProtection":"off"}]}}`),
		line(describeBalancer, in("LoadBalancerId", "lb-1"), 200, `{"RequestId":"7","LoadBalancerId":"lb-1","DeleteProtection":"off"}`),
		line(describeListeners, nil, 200, `{"RequestId":"8","TotalCount":1,"Listeners":[{"LoadBalancerId":"lb-1","ListenerPort":9200,"ListenerProtocol":"tcp","AclStatus":"off","AclType":"","AclId":"","AclIds":[],"TCPListenerConfig":{`+tcp+`}}]}`),
		line(describeTCPListener, map[string]string{"LoadBalancerId": "lb-1", "ListenerPort": "9200"}, 200, `{"RequestId":"9","LoadBalancerId":"lb-1","ListenerPort":9200,"AclStatus":"off","AclIds":{"AclId":[]},`+tcp+`}`),
		line(describeListenerGate, map[string]string{"LoadBalancerId": "lb-1", "ListenerPort": "9200"}, 200, `{"RequestId":"10","AccessControlStatus":"close","SourceItems":""}`),
		line("slb.DescribeAccessControlLists", nil, 200, `{"RequestId":"11","TotalCount":1,"Acls":{"Acl":[{"AclId":"acl-1"}]}}`),
		line(describeACL, in("AclId", "acl-1"), 200, `{"RequestId":"12","AclId":"acl-1","RelatedListeners":{"RelatedListener":[]},`+entries+`}`),
		line(listNetworkLBs, nil, 200, `{"RequestId":"13","TotalCount":1,"LoadBalancers":[{"LoadBalancerId":"nlb-1","LoadBalancerName":"a","DeletionProtectionConfig":{"Enabled":false,"Reason":""},"ModificationProtectionConfig":{"Status":"NonProtection"}}]}`),
		line(getNetworkLB, in("LoadBalancerId", "nlb-1"), 200, `{"RequestId":"14","LoadBalancerId":"nlb-1","LoadBalancerName":"a","DeletionProtectionConfig":{"Enabled":false,"Reason":""}}`),
		line(listServerGroups, nil, 200, `{"RequestId":"15","TotalCount":1,"ServerGroups":[{"ServerGroupId":"sgp-1","ServerGroupStatus":"Available","ServerCount":2,"VpcId":"vpc-1","HealthCheck":{"HealthCheckEnabled":false,"HealthCheckInterval":10}}]}`),
		line(listServers, in("ServerGroupId", "sgp-1"), 200, `{"RequestId":"16","TotalCount":2,"Servers":[`+
			`{"ServerId":"10.0.0.9","ServerIp":"10.0.0.9","ServerType":"Ip","Port":9200,"Weight":100,"ServerGroupId":"sgp-1","Status":"Available","ZoneId":"cn-hangzhou-h","Description":""},`+
			`{"ServerId":"10.0.0.8","ServerIp":"10.0.0.8","ServerType":"Ip","Port":9200,"Weight":100,"ServerGroupId":"sgp-1","Status":"Available","ZoneId":"cn-hangzhou-h","Description":""}]}`),
		line("vpc.DescribeVSwitches", nil, 200, `{"RequestId":"17","TotalCount":1,"VSwitches":{"VSwitch":[{"VSwitchId":"vsw-1","VpcId":"vpc-1","CidrBlock":"10.0.0.0/24","ZoneId":"cn-hangzhou-h"}]}}`),
		line(listServices, nil, 200, `{"RequestId":"18","TotalCount":1,"Services":[{"ServiceId":"epsrv-1","ServiceName":"com.aliyuncs.privatelink.cn-hangzhou.epsrv-1","AutoAcceptEnabled":true,"Zones":["cn-hangzhou-h"]}]}`),
		line(getService, in("ServiceId", "epsrv-1"), 200, `{"RequestId":"19","ServiceId":"epsrv-1","AutoAcceptEnabled":true}`),
		line(listServiceResources, in("ServiceId", "epsrv-1"), 200, `{"RequestId":"20","Resources":[{"ResourceId":"nlb-1","ZoneId":"cn-hangzhou-h"}]}`),
		line(listServiceUsers, in("ServiceId", "epsrv-1"), 200, `{"RequestId":"21","TotalCount":"2","Users":[{"UserId":1234567890123456}],"UserARNs":[{"UserARN":"acs:ram:*:*:*"}]}`),
		line(listConnections, in("ServiceId", "epsrv-1"), 200, `{"RequestId":"22","TotalCount":"1","Connections":[{"EndpointId":"ep-1","EndpointOwnerId":1704583217906441,"EndpointVpcId":"vpc-es","ServiceId":"epsrv-1","ConnectionStatus":"Connected","Bandwidth":3072,"Zones":[{"ZoneId":"cn-hangzhou-h","ZoneStatus":"Connected"}]}]}`),
		line(listEndpoints, nil, 200, `{"RequestId":"23","TotalCount":1,"Endpoints":[{"EndpointId":"ep-own","ConnectionStatus":"Connected"}]}`),
		line(listEndpointGroups, in("EndpointId", "ep-own"), 200, `{"RequestId":"24","SecurityGroups":[{"SecurityGroupId":"sg-1"}]}`),
		line(describeGroups, nil, 200, `{"RequestId":"25","TotalCount":1,"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-1","RuleCount":2}]}}`),
		line(describeRules, map[string]string{"SecurityGroupId": "sg-1", "Direction": "all"}, 200, `{"RequestId":"26","SecurityGroupId":"sg-1","Permissions":{"Permission":[`+
			`{"SecurityGroupRuleId":"sgr-1","Direction":"ingress","IpProtocol":"TCP","PortRange":"9200/9200","SourceCidrIp":"0.0.0.0/0","Policy":"Accept","Priority":"1","NicType":"intranet","Description":""},`+
			`{"SecurityGroupRuleId":"sgr-2","Direction":"ingress","IpProtocol":"TCP","PortRange":"22/22","SourceCidrIp":"10.0.0.0/8","Policy":"Accept","Priority":"1","NicType":"intranet","Description":""}]}}`),
	)
}

// asked is a write, as a client says it: NAME of an ES operation with its query
// and body, or PRODUCT.OPERATION with its parameters.
type asked struct {
	name  string
	query map[string]string
	body  string
}

// hosts are where the vendor has the products that take writes.
func hosts() map[string]string {
	return map[string]string{
		"slb": "slb.aliyuncs.com", "nlb": "nlb.cn-hangzhou.aliyuncs.com", "privatelink": "privatelink.cn-hangzhou.aliyuncs.com",
		"ecs": "ecs-cn-hangzhou.aliyuncs.com",
	}
}

// send sends a write through the vendor's SDK, in the form that the SDK has for
// it: the read seam (collector/api, collector/cloud) cannot express one.
func (a asked) send(t *testing.T, c *client, k Key) *sdkReply {
	t.Helper()
	product, operation, _ := strings.Cut(a.name, ".")
	r := requests.NewCommonRequest()
	r.ApiName, r.Method, r.RegionId = operation, http.MethodPost, region
	if product == "elasticsearch" {
		r.Domain, r.Version = esHost, "2017-06-13"
		r.PathPattern, r.PathParams = esPath, map[string]string{"InstanceId": cluster}
		for path, name := range clusterWrites() {
			method, rest, _ := strings.Cut(path, " ")
			if name == operation && method != http.MethodPatch {
				r.Method, r.PathPattern = method, esPath+"/"+rest
			}
		}
		if operation == "DeleteVpcEndpoint" {
			r.PathPattern += "/[EndpointId]"
			r.PathParams["EndpointId"] = a.query["EndpointId"]
		} else {
			for name, value := range a.query {
				r.QueryParams[name] = value
			}
		}
		if a.body != "" {
			r.SetContentType("application/json")
			r.SetContent([]byte(a.body))
		}
	} else {
		for version, name := range versions() {
			if name == product {
				r.Version = version
			}
		}
		r.Domain = hosts()[product]
		params := r.QueryParams
		if product == "nlb" {
			params = r.FormParams
		}
		for name, value := range a.query {
			params[name] = value
		}
	}
	return exchange(t, c, k, r)
}

// sdkReply is what the SDK makes of an answer.
type sdkReply struct {
	status int
	body   string
	err    error
}

func (r *sdkReply) code() string {
	o, _ := parseObject([]byte(r.body))
	return scalar(o.get("Code"))
}

func exchange(t *testing.T, c *client, k Key, r *requests.CommonRequest) *sdkReply {
	t.Helper()
	var through *sdk.Client = vendor(t, c, credentials.NewAccessKeyCredential(k.ID, k.Secret))
	response, err := through.ProcessCommonRequest(r)
	return &sdkReply{response.GetHttpStatus(), response.GetHttpContentString(), err}
}

func (r *sdkReply) want(t *testing.T, status int, code string) *sdkReply {
	t.Helper()
	if r.status != status || r.code() != code {
		t.Errorf("%d %s, not %d %s: %s %v", r.status, r.code(), status, code, r.body, r.err)
	}
	return r
}

// read asks a question and decodes the answer.
func (c *client) read(t testing.TB, name string, params map[string]string) any {
	t.Helper()
	product, operation, _ := strings.Cut(name, ".")
	r := c.call(api.Request{Region: region, Product: product, Operation: operation, Params: params}, nil)
	if r.err != nil || r.status != 200 {
		t.Fatalf("%s %v: %d %s %v", operation, params, r.status, r.body, r.err)
	}
	var out any
	if err := json.Unmarshal(r.body, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// told is all that a server says of a recording's questions, as texts: what
// differs from one write to the next for good reason is left out, and the order
// of lists.
func told(t testing.TB, c *client, p recording.Part) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, a := range p.Answers {
		v := c.read(t, a.Product+"."+a.Operation, a.Params)
		text, err := json.Marshal(settled(v))
		if err != nil {
			t.Fatal(err)
		}
		out[a.Product+"."+a.Operation] = string(text)
	}
	return out
}

func settled(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			switch name {
			case "RequestId", "updatedAt", "ModifiedTime", "CreateTime", "createTime", "SecurityGroupRuleId":
				delete(v, name)
			default:
				v[name] = settled(v[name])
			}
			if s, ok := v[name].(string); ok && s == "" {
				delete(v, name) // a new object has fields that an old one lacks
			}
		}
	case []any:
		for i := range v {
			v[i] = settled(v[i])
		}
		slices.SortFunc(v, func(a, b any) int {
			x, _ := json.Marshal(a)
			y, _ := json.Marshal(b)
			return strings.Compare(string(x), string(y))
		})
	}
	return v
}

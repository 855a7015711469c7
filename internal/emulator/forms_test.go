package emulator

import (
	"slices"
	"strings"
	"testing"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

// Questions in other forms than the recorded ones are answered when the
// recording tells the answer completely, and not otherwise.
func TestOtherForms(t *testing.T) {
	listener := func(lb, port string) string { return `{"LoadBalancerId":"` + lb + `","ListenerPort":` + port + `}` }
	all := spread("slb.DescribeLoadBalancerListeners", nil, []string{listener("lb-1", "80"), listener("lb-2", "9200"), listener("lb-1", "443")}, []int{2})
	one := spread("slb.DescribeLoadBalancerListeners", map[string]string{"LoadBalancerId.1": "lb-1"}, []string{listener("lb-1", "80")}, nil)
	two := spread("slb.DescribeLoadBalancerListeners", map[string]string{"LoadBalancerId.1": "lb-2"}, []string{listener("lb-2", "9200"), listener("lb-2", "80")}, nil)
	refused := line("slb.DescribeLoadBalancerListeners", map[string]string{"LoadBalancerId.1": "lb-2"}, 403, `{"Code":"Forbidden.RAM"}`)
	hosts := spread("ecs.DescribeInstances", nil, []string{`{"InstanceId":"i-1","InstanceName":"web-1"}`, `{"InstanceId":"i-2","InstanceName":"web-2"}`, `{"InstanceId":"i-3","InstanceName":"db"}`}, nil)
	nodes := line("elasticsearch.ListAllNode", map[string]string{"InstanceId": "es-cn-1", "extended": "true"}, 200, `{"Result":[{"host":"10.0.0.1"}]}`)
	rules := line("ecs.DescribeSecurityGroupAttribute", map[string]string{"SecurityGroupId": "sg-1", "Direction": "all"}, 200,
		`{"SecurityGroupId":"sg-1","Permissions":{"Permission":[{"Direction":"ingress","n":1},{"Direction":"egress","n":2}]}}`)
	policies := func(kind string) []api.Answer {
		return spread("ram.ListPolicies", map[string]string{"PolicyType": kind}, []string{`{"PolicyName":"p","PolicyType":"` + kind + `"}`}, nil)
	}
	const listeners, version = "DescribeLoadBalancerListeners", "2014-05-15"
	for name, test := range map[string]struct {
		lines           []api.Answer
		version, action string
		params          map[string]string
		holds           []string // in this order
		lacks           string
	}{
		"one of a region":  {all, version, listeners, map[string]string{"LoadBalancerId.1": "lb-1"}, []string{listener("lb-1", "80"), listener("lb-1", "443")}, "lb-2"},
		"its total":        {all, version, listeners, map[string]string{"LoadBalancerId.1": "lb-1"}, []string{`"TotalCount":2`}, "recorded-1"},
		"none of a region": {all, version, listeners, map[string]string{"LoadBalancerId.1": "lb-9"}, []string{`"Listeners":[]`, `"TotalCount":0`}, "lb-"},
		"a batch of singles": {slices.Concat(one, two), version, listeners, map[string]string{"LoadBalancerId.1": "lb-2", "LoadBalancerId.2": "lb-1"},
			[]string{`"Listeners":[`, listener("lb-1", "80"), listener("lb-2", "9200"), listener("lb-2", "80"), `"TotalCount":3`}, "Code"},
		"a batch, one of it refused":      {slices.Concat(one, []api.Answer{refused}), version, listeners, map[string]string{"LoadBalancerId.1": "lb-2", "LoadBalancerId.2": "lb-1"}, []string{NotRecorded}, ""},
		"a batch, one of it not recorded": {one, version, listeners, map[string]string{"LoadBalancerId.1": "lb-3", "LoadBalancerId.2": "lb-1"}, []string{NotRecorded}, ""},
		"a region of singles":             {slices.Concat(one, two), version, listeners, nil, []string{NotRecorded}, ""},
		"one of a region that is not all": {all[:1], version, listeners, map[string]string{"LoadBalancerId.1": "lb-1"}, []string{NotRecorded}, ""},
		"one of a region that was refused in part": {append(slices.Clone(all), line("slb.DescribeLoadBalancerListeners", nil, 403, `{"Code":"Forbidden.RAM"}`)),
			version, listeners, map[string]string{"LoadBalancerId.1": "lb-1"}, []string{NotRecorded}, ""},
		"some hosts":                      {hosts, "2014-05-26", "DescribeInstances", map[string]string{"InstanceIds": `["i-3","i-1"]`}, []string{"i-1", "i-3"}, "i-2"},
		"a filter that no item tells of":  {hosts, "2014-05-26", "DescribeInstances", map[string]string{"VpcId": "vpc-1"}, []string{NotRecorded}, ""},
		"a pattern":                       {hosts, "2014-05-26", "DescribeInstances", map[string]string{"InstanceName": "web*"}, []string{NotRecorded}, ""},
		"incoming rules":                  {[]api.Answer{rules}, "2014-05-26", "DescribeSecurityGroupAttribute", map[string]string{"SecurityGroupId": "sg-1", "Direction": "ingress"}, []string{`"n":1`}, `"n":2`},
		"rules without saying which":      {[]api.Answer{rules}, "2014-05-26", "DescribeSecurityGroupAttribute", map[string]string{"SecurityGroupId": "sg-1"}, []string{`"n":1`, `"n":2`}, "Code"},
		"policies of both types":          {slices.Concat(policies("Custom"), policies("System")), "2015-05-01", "ListPolicies", nil, []string{"System", "Custom"}, "Code"},
		"policies, one type not recorded": {policies("Custom"), "2015-05-01", "ListPolicies", nil, []string{NotRecorded}, ""},
		"policies of one type of all":     {spread("ram.ListPolicies", nil, []string{`{"PolicyType":"System"}`, `{"PolicyType":"Custom"}`}, nil), "2015-05-01", "ListPolicies", map[string]string{"PolicyType": "Custom"}, []string{"Custom"}, "System"},
		"another spelling of a parameter": {one, version, listeners, map[string]string{"LoadBalancerIds.1": "lb-1"}, []string{listener("lb-1", "80")}, "Code"},
		"a client token and an owner":     {one, version, listeners, map[string]string{"LoadBalancerId.1": "lb-1", "ClientToken": "x", "OwnerId": "7"}, []string{listener("lb-1", "80")}, "Code"},
	} {
		t.Run(name, func(t *testing.T) {
			s, c := serve(t, []recording.Part{part(test.lines...)}, Options{})
			params := map[string]string{"RegionId": region}
			for name, value := range test.params {
				params[name] = value
			}
			for range 2 { // the second time from memory
				body := string(c.rpc("POST", test.version, test.action, params).body)
				rest := body
				for _, want := range test.holds {
					at := strings.Index(rest, want)
					if at < 0 {
						t.Fatalf("%s does not hold %s", body, want)
					}
					rest = rest[at+len(want):]
				}
				if test.lacks != "" && strings.Contains(body, test.lacks) {
					t.Errorf("%s holds %s", body, test.lacks)
				}
			}
			if test.holds[0] == NotRecorded && s.NotRecorded() != 2 {
				t.Errorf("%d calls counted as not recorded", s.NotRecorded())
			}
		})
	}
	_, c := serve(t, []recording.Part{part(nodes)}, Options{})
	if r := c.roa(region, "/openapi/instances/es-cn-1/nodes", nil); !strings.Contains(string(r.body), "10.0.0.1") {
		t.Errorf("without extended: %s", r.body)
	}
	if r := c.roa(region, "/openapi/instances/es-cn-2/nodes", nil); r.code() != NotRecorded || r.status != 404 {
		t.Errorf("another cluster: %d %s", r.status, r.body)
	}
}

// The region of an Elasticsearch call is in the vendor's host, in a header of the
// vendor's command line, or told by the recording when only one region fits.
func TestRegions(t *testing.T) {
	in := func(region, id string) api.Answer {
		a := line("elasticsearch.DescribeInstance", map[string]string{"InstanceId": id}, 200, `{"Result":{"instanceId":"`+id+`","in":"`+region+`"}}`)
		a.Region = region
		return a
	}
	regions := line("ecs.DescribeRegions", nil, 200, `{"Regions":{"Region":[]}}`)
	_, c := serve(t, []recording.Part{part(in("cn-hangzhou", "es-1"), in("cn-beijing", "es-1"), in("cn-beijing", "es-2"), regions)}, Options{})
	for _, test := range []struct{ host, header, id, want string }{
		{"elasticsearch.cn-hangzhou.aliyuncs.com", "", "es-1", "cn-hangzhou"},
		{"elasticsearch.cn-beijing.aliyuncs.com:80", "", "es-1", "cn-beijing"},
		{"elasticsearch-vpc.cn-beijing.aliyuncs.com", "", "es-1", "cn-beijing"},
		{"elasticsearch.cn-hangzhou.aliyuncs.com", "", "es-2", NotRecorded},
		{"127.0.0.1", "cn-beijing", "es-1", "cn-beijing"},
		{"127.0.0.1", "", "es-1", NotRecorded},
		{"127.0.0.1", "", "es-2", "cn-beijing"},
		{"slb.aliyuncs.com", "", "es-2", "InvalidApi.NotFound"},
	} {
		r := c.roaRequest("GET", test.host, "/openapi/instances/"+test.id, nil, nil)
		if test.header != "" {
			r.Header.Set("X-Acs-Region-Id", test.header)
			c.signROA(r, r.URL.Path)
		}
		if got := c.send(r); !strings.Contains(string(got.body), test.want) {
			t.Errorf("%v: %s", test, got.body)
		}
	}
	for at, want := range map[string]int{region: 200, "cn-beijing": 200} {
		if r := c.rpc("POST", "2014-05-26", "DescribeRegions", map[string]string{"RegionId": at}); r.status != want {
			t.Errorf("DescribeRegions in %s: %d %s", at, r.status, r.body)
		}
	}
}

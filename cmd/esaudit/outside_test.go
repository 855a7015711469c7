package main

import (
	"os"
	"strings"
	"testing"

	"esaudit/snapshot"
)

// Every product that is outside of the model is told where a snapshot shows it,
// once, and nowhere else; docs/limits.md names what shows it.
func TestOutside(t *testing.T) {
	const head, tail = `{"schema":"esaudit.snapshot/v1","accounts":[{"id":"1234567890123456","takenAt":"2026-11-22T00:00:00Z","regions":["cn-hangzhou"],"coverage":[],"objects":{`, `}}]}`
	for objects, want := range map[string]string{
		"": "",
		`"ramRole":{"global":{"ops":{},"AliyunServiceRoleForElasticsearch":{}}}`:                                                                                                                               "",
		`"ramRole":{"global":{"AliyunServiceRoleForESServerless":{}}}`:                                                                                                                                         "shows that Elasticsearch Serverless is or was used",
		`"ramRole":{"global":{"AliyunServiceRoleForElasticsearchCollector":{}}}`:                                                                                                                               "the shipper of Beats",
		`"ramRole":{"global":{"AliyunServiceRoleForOpenSearch":{}}}`:                                                                                                                                           "OpenSearch",
		`"ramRole":{"global":{"AliyunServiceRoleForSearchEngine":{}}}`:                                                                                                                                         "OpenSearch",
		`"ramRole":{"global":{"AliyunServiceRoleForResourceDirectory":{}}}`:                                                                                                                                    "control policies",
		`"ramPolicy":{"global":{"Custom/pipes":{"document":{"Statement":[{"Effect":"Allow","Action":["elasticsearch:UpdateLogstash"],"Resource":"*"}]}}}}`:                                                     "1 policy document: about Logstash",
		`"ramPolicy":{"global":{"Custom/pipes":{"document":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"acs:elasticsearch:*:*:logstashes/*"}]}}}}`:                                                 "1 policy document: about Logstash",
		`"ramPolicy":{"global":{"System/AliyunLogstashFullAccess":{"document":{"Statement":[{"Action":"elasticsearch:*Logstash*"}]}},"Custom/all":{"document":{"Statement":[{"Action":"elasticsearch:*"}]}}}}`: "",
		`"alb":{"cn-hangzhou":{"alb-1":{},"alb-2":{}}}`:                                                                                                                                                        "2 ALBs: no verdict counts",
		`"endpointService":{"cn-hangzhou":{"epsrv-1":{"resources":[{"ResourceId":"alb-1","ResourceType":"alb"},{"ResourceType":"nlb"}]}}}`:                                                                     "1 endpoint service resource: an ALB or Gateway Load Balancer",
		`"nlbServerGroup":{"cn-hangzhou":{"sgp-1":{"servers":[{"ServerType":"Alb"},{"ServerType":"Ecs"}]}}}`:                                                                                                   "1 NLB server: an ALB",
		`"cen":{"cn-hangzhou":{"cen-1":{"children":[{"ChildInstanceType":"VBR"},{"ChildInstanceType":"CCN"},{"ChildInstanceType":"VPC"}]}}}`:                                                                   "2 CEN attachments: no VPC",
		`"vpnGateway":{"cn-hangzhou":{"vpn-1":{}}}`:                                                                                                                                                            "1 VPN gateway",
		`"routerInterface":{"cn-hangzhou":{"ri-1":{}}}`:                                                                                                                                                        "1 router interface",
	} {
		s, err := snapshot.Parse([]byte(head + objects + tail))
		if err != nil {
			t.Fatal(err)
		}
		got := outside(s)
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0], want)) {
			t.Errorf("%s: %q, want %q", objects, got, want)
		}
	}
	page, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range leaving() {
		if !strings.Contains(string(page), p.role) {
			t.Errorf("docs/limits.md does not name %s", p.role)
		}
	}
}

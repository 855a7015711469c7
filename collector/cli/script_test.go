package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/api"
	"esaudit/collector/cli"
	"esaudit/collector/recording"
)

// aliyun stands for the vendor's command: it answers from files, and writes down
// what it was asked.
const aliyun = `#!/bin/sh
product=$1 operation=$2 region=global page=1 params=
shift 2
echo "$product $operation $*" >>"$STORE/asked"
while [ $# -gt 1 ]; do
	case $1 in
	--region) region=$2 ;;
	--PageNumber | --Page | --page) page=$2 ;;
	--NextToken | --Marker) page=$2 ;;
	--PageSize | --size | --MaxResults | --MaxResult | --MaxItems) ;;
	*) params="$params
${1#--}=$2" ;;
	esac
	shift 2
done
file=$STORE/$product/$operation/$region/$(printf '%s' "$params" | LC_ALL=C sort | tr '\n/' '&_')@$page
[ ! -e "$file.error" ] || { cat "$file.error" >&2; exit 1; }
[ -e "$file" ] || { printf 'ERROR: SDK.ServerError\nErrorCode: NotRecorded\n' >&2; exit 1; }
cat "$file"
`

// curl stands for a server that knows what time it is.
const curl = "#!/bin/sh\nprintf 'HTTP/1.1 200 OK\\r\\nDate: %s\\r\\n\\r\\n' \"$DATE\"\n"

// store writes the answers of a recording as aliyun finds them.
func store(t *testing.T, dir string, answers []api.Answer) {
	t.Helper()
	pages, tokens := map[string]int{}, map[string]string{}
	for _, a := range answers {
		var params []string
		for name, value := range a.Params {
			params = append(params, name+"="+value)
		}
		slices.Sort(params)
		text := ""
		if len(params) > 0 {
			text = "&" + strings.Join(params, "&") + "&"
		}
		region := a.Region
		if region == "" {
			region = "global"
		}
		stem := filepath.Join(dir, a.Product, a.Operation, region, strings.ReplaceAll(text, "/", "_"))
		if text == "" {
			stem += string(filepath.Separator)
		}
		pages[stem]++
		page := fmt.Sprint(pages[stem])
		if token := tokens[stem]; token != "" {
			page = token
		}
		var next struct{ NextToken, Marker string }
		if err := json.Unmarshal(a.Body, &next); err == nil {
			tokens[stem] = next.NextToken + next.Marker
		}
		name, data := stem+"@"+page, a.Body
		if a.Status != 200 {
			name, data = name+".error", []byte("ERROR: SDK.ServerError\nErrorCode: "+codeOf(a)+"\n")
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func codeOf(a api.Answer) string {
	var body struct{ Code string }
	if err := json.Unmarshal(a.Body, &body); err != nil {
		return "Unknown"
	}
	return body.Code
}

// collected runs the script against the answers of a recording, and returns the
// directory it made and what it asked.
func collected(t *testing.T, p recording.Part) (dir, asked string) {
	t.Helper()
	root := t.TempDir()
	store(t, filepath.Join(root, "store"), p.Answers)
	for name, text := range map[string]string{"aliyun": aliyun, "curl": curl} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	script, err := filepath.Abs("../../docs/collect-with-aliyun.sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", append([]string{script, filepath.Join(root, "the answers")}, p.Regions...)...)
	cmd.Env = append(os.Environ(), "PATH="+root+string(os.PathListSeparator)+os.Getenv("PATH"), "STORE="+filepath.Join(root, "store"), "DATE="+p.TakenAt.Format(http.TimeFormat))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(filepath.Join(root, "store", "asked"))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "the answers"), string(data)
}

// opened reads a directory that the script made: no call is missing in it.
func opened(t *testing.T, dir string) *recording.Recording {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	r, err := cli.Open(root.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range r.Parts[0].Answers {
		if a.Status == -1 {
			t.Errorf("%s.%s %v: %s", a.Product, a.Operation, a.Params, a.Err)
		}
	}
	return r
}

// The script makes every call of a collection: what it brings home gives the
// snapshot of the account.
func TestScript(t *testing.T) {
	t.Parallel()
	r, err := recording.Open("../../testdata/estates/demo")
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := collected(t, r.Parts[0])
	got := opened(t, dir)
	if a, b := canonical(t, got.Parts), canonical(t, r.Parts[:1]); string(a) != string(b) {
		t.Errorf("another snapshot: %s", firstDifference(a, b))
	}
}

// items are n objects with an id in a field.
func items(field, prefix string, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`{%q:"%s%d"}`, field, prefix, i)
	}
	return "[" + strings.Join(list, ",") + "]"
}

// What the demonstration lacks: pages of every style, and calls for what is named
// in odd places.
func TestScriptFollows(t *testing.T) {
	demo, err := recording.Open("../../testdata/estates/demo")
	if err != nil {
		t.Fatal(err)
	}
	p := recording.Part{TakenAt: demo.Parts[0].TakenAt, Regions: []string{"cn-hangzhou"}}
	add := func(region, product, operation, params string, bodies ...string) {
		values := map[string]string{}
		for pair := range strings.FieldsSeq(params) {
			name, value, _ := strings.Cut(pair, "=")
			values[name] = strings.ReplaceAll(value, "_", " ")
		}
		for _, body := range bodies {
			p.Answers = append(p.Answers, api.Answer{
				Request: api.Request{Region: region, Product: product, Operation: operation, Params: values}, Status: 200, Body: []byte(body),
			})
		}
	}
	const here = "cn-hangzhou"
	add("", "sts", "GetCallerIdentity", "", `{"AccountId":"1234567890123456"}`)
	add("", "ram", "ListUsers", "", `{"IsTruncated":true,"Marker":"m+/=","Users":{"User":[{"UserName":"a"}]}}`, `{"IsTruncated":false,"Users":{"User":[{"UserName":"b@c"}]}}`)
	add("", "ram", "ListAccessKeys", "UserName=b@c", `{"AccessKeys":{"AccessKey":[{"AccessKeyId":"LTAI1"}]}}`)
	add("", "ram", "ListPolicies", "PolicyType=System", `{"IsTruncated":false,"Policies":{"Policy":[{"PolicyType":"System","PolicyName":"Used","AttachmentCount":1},{"PolicyType":"System","PolicyName":"Unused","AttachmentCount":0}]}}`)
	add("", "ram", "GetPolicy", "PolicyType=System PolicyName=Used", `{"Policy":{"PolicyName":"Used","PolicyType":"System","DefaultVersion":"v3"}}`)
	add(here, "elasticsearch", "ListInstance", "", `{"Headers":{"X-Total-Count":1},"Result":`+items("instanceId", "es-cn-b", 1)+`}`)
	add(here, "elasticsearch", "ListPlugins", "InstanceId=es-cn-b0", `{"Headers":{"X-Total-Count":"101"},"Result":`+items("name", "a", 100)+`}`, `{"Headers":{"X-Total-Count":"101"},"Result":`+items("name", "b", 1)+`}`)
	add(here, "elasticsearch", "ListVpcEndpoints", "InstanceId=es-cn-b0", `{"Result":`+items("endpointId", "ep-a", 20)+`}`, `{"Result":`+items("endpointId", "ep-b", 1)+`}`)
	add(here, "vpc", "DescribeVpcs", "", `{"TotalCount":51,"Vpcs":{"Vpc":`+items("VpcId", "vpc-a", 50)+`}}`, `{"TotalCount":51,"Vpcs":{"Vpc":`+items("VpcId", "vpc-b", 1)+`}}`)
	add(here, "vpc", "DescribeVSwitches", "", `{"TotalCount":1,"VSwitches":{"VSwitch":[{"VSwitchId":"vsw-1","VpcId":"vpc-a0","CidrBlock":"10.0.0.0/24","ZoneId":"z","NetworkAclId":"nacl-1","RouteTable":{"RouteTableId":"vtb-1"}}]}}`)
	add(here, "nlb", "ListServerGroups", "", `{"NextToken":"t/1","ServerGroups":`+items("ServerGroupId", "sgp-a", 2)+`}`, `{"ServerGroups":`+items("ServerGroupId", "sgp-b", 1)+`}`)
	add(here, "slb", "DescribeLoadBalancerListeners", "", `{"Listeners":[{"LoadBalancerId":"lb-1","ListenerPort":80,"ListenerProtocol":"tcp","AclId":"acl-1,acl-2","AclIds":["acl-3"],"VServerGroupId":"rsp-1","TCPListenerConfig":{"MasterSlaveServerGroupId":"rsp-2"}}]}`)
	add(here, "slb", "DescribeAccessControlListAttribute", "AclId=acl-3", `{"AclId":"acl-3","TotalAclEntry":51,"AclEntrys":{"AclEntry":`+items("AclEntryIP", "10.0.0.", 50)+`}}`, `{"AclId":"acl-3","TotalAclEntry":51,"AclEntrys":{"AclEntry":`+items("AclEntryIP", "10.0.1.", 1)+`}}`)
	add(here, "alb", "ListListeners", "", `{"Listeners":[{"ListenerId":"lsn-1","LoadBalancerId":"alb-1","ListenerPort":80,"ListenerProtocol":"HTTP","DefaultActions":[{"ForwardGroupConfig":{"ServerGroupTuples":[{"ServerGroupId":"sgp-1"}]}}]}]}`)
	add(here, "alb", "GetListenerAttribute", "ListenerId=lsn-1", `{"ListenerId":"lsn-1","LoadBalancerId":"alb-1","AclConfig":{"AclRelations":[{"AclId":"acl-9"}]}}`)
	add(here, "alb", "ListRules", "", `{"Rules":[{"RuleId":"rule-1","ListenerId":"lsn-1","RuleActions":[{"ForwardGroupConfig":{"ServerGroupTuples":[{"ServerGroupId":"sgp-2"}]}}]}]}`)
	add(here, "cbn", "DescribeCens", "", `{"TotalCount":1,"Cens":{"Cen":[{"CenId":"cen-1"}]}}`)
	add(here, "cbn", "ListTransitRouters", "CenId=cen-1", `{"TotalCount":2,"TransitRouters":[{"TransitRouterId":"tr-1","CenId":"cen-1","RegionId":"cn-hangzhou"},{"TransitRouterId":"tr-2","CenId":"cen-1","RegionId":"cn-shanghai"}]}`)
	add(here, "cbn", "ListTransitRouterRouteTables", "TransitRouterId=tr-1", `{"TotalCount":1,"TransitRouterRouteTables":[{"TransitRouterRouteTableId":"vtb-tr1"}]}`)
	add(here, "ecs", "DescribeInstances", "", `{"Instances":{"Instance":[{"InstanceId":"i-1","SecurityGroupIds":{"SecurityGroupId":["sg-1"]}}]}}`)
	add(here, "ecs", "DescribeSecurityGroupAttribute", "SecurityGroupId=sg-1 Direction=all", `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[{"Direction":"ingress","SourcePrefixListId":"pl-1","PortRangeListId":"prl-1"},{"Direction":"egress","DestPrefixListId":"pl-2"}]}}`)
	add(here, "actiontrail", "DescribeTrails", "", `{"TrailList":[{"Name":"here","HomeRegion":"cn-hangzhou"},{"Name":"there","HomeRegion":"cn-shanghai"}]}`)
	dir, asked := collected(t, p)
	opened(t, dir)
	for _, want := range []string{
		"ram ListUsers --MaxItems 1000 --Marker m+/=\n", "ram GetUser --UserName b@c\n", "ram GetAccessKeyLastUsed --UserName b@c --UserAccessKeyId LTAI1\n",
		"ram GetPolicyVersion --PolicyType System --PolicyName Used --VersionId v3\n",
		"elasticsearch ListPlugins --region cn-hangzhou --InstanceId es-cn-b0 --size 100 --page 2\n", "elasticsearch ListVpcEndpoints --region cn-hangzhou --InstanceId es-cn-b0 --size 20 --page 2\n",
		"elasticsearch ListAllNode --region cn-hangzhou --InstanceId es-cn-b0 --extended true\n",
		"vpc DescribeVpcs --region cn-hangzhou --PageSize 50 --PageNumber 2\n", "nlb ListServerGroups --region cn-hangzhou --MaxResults 100 --NextToken t/1\n",
		"nlb ListServerGroupServers --region cn-hangzhou --ServerGroupId sgp-b0 --MaxResults 100\n",
		"vpc DescribeRouteEntryList --region cn-hangzhou --RouteTableId vtb-1 --MaxResult 100\n", "vpc DescribeNetworkAclAttributes --region cn-hangzhou --NetworkAclId nacl-1\n",
		"slb DescribeVServerGroupAttribute --region cn-hangzhou --VServerGroupId rsp-1\n", "slb DescribeMasterSlaveServerGroupAttribute --region cn-hangzhou --MasterSlaveServerGroupId rsp-2\n",
		"slb DescribeAccessControlListAttribute --region cn-hangzhou --AclId acl-2 --PageSize 50\n", "slb DescribeAccessControlListAttribute --region cn-hangzhou --AclId acl-3 --PageSize 50 --Page 2\n",
		"alb ListServerGroupServers --region cn-hangzhou --ServerGroupId sgp-1 --MaxResults 100\n", "alb ListServerGroupServers --region cn-hangzhou --ServerGroupId sgp-2 --MaxResults 100\n",
		"alb ListAclEntries --region cn-hangzhou --AclId acl-9 --MaxResults 100\n",
		"cbn ListTransitRouterVpcAttachments --region cn-hangzhou --TransitRouterId tr-1 --MaxResults 20\n",
		"cbn ListTransitRouterRouteEntries --region cn-hangzhou --TransitRouterRouteTableId vtb-tr1 --MaxResults 20\n",
		"ecs DescribePrefixListAttributes --region cn-hangzhou --PrefixListId pl-1\n", "ecs DescribePrefixListAttributes --region cn-hangzhou --PrefixListId pl-2\n",
		"ecs DescribePortRangeListEntries --region cn-hangzhou --PortRangeListId prl-1 --MaxResults 100\n",
		"actiontrail GetTrailStatus --region cn-hangzhou --Name here\n",
	} {
		if !strings.Contains(asked, want) {
			t.Errorf("not asked: %s", want)
		}
	}
	for _, never := range []string{"Unused", "tr-2", "there"} {
		if strings.Contains(asked, never) {
			t.Errorf("%s was asked for", never)
		}
	}
	for line := range strings.Lines(asked) {
		if operation := strings.Fields(line)[1]; !strings.HasPrefix(operation, "Describe") && !strings.HasPrefix(operation, "List") && !strings.HasPrefix(operation, "Get") {
			t.Errorf("it does not only read: %s", line)
		}
	}
}

// Answers of another day are not mixed with those of today.
func TestScriptRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "old"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("sh", "../../docs/collect-with-aliyun.sh", dir, "cn-hangzhou").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "is not empty") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := exec.Command("sh", "../../docs/collect-with-aliyun.sh", dir).CombinedOutput(); err == nil || !strings.Contains(string(out), "usage: ") {
		t.Errorf("%v: %s", err, out)
	}
}

package cloud

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// product is how the vendor's gateway takes the requests of one product. The
// source of it all is the SDK (services/NAME of v1.63.107); a test compares.
type product struct {
	key     string // the SDK's package name, api.Request.Product
	code    string // the SDK's product code
	version string // of the API
	// global: one service for all regions, that knows none.
	global bool
	// central is the host of a product that has one for all regions; "": it is
	// KEY.REGION.aliyuncs.com, but for the regions listed in elsewhere.
	central   string
	elsewhere map[string]string
	// operations holds the shapes of operations. In the RPC style most have the
	// same, rpc, and are not listed. An ROA product has only those listed.
	roa        bool
	operations map[string]shape
}

// shape is where an operation's parameters go. The zero value is the shape of
// RPC operations: POST to /, parameters in the query.
type shape struct {
	path   string   // ROA: [Name] stands for a parameter
	method string   // ROA; "": GET
	form   bool     // parameters go into a form in the body,
	query  []string // but for these, which go into the query
}

// globalRegion is what global services are told, which ignore it: the SDK
// sends a region always.
const globalRegion = "cn-hangzhou"

// products returns every product that esaudit reads, by api.Request.Product.
func products() map[string]product {
	byKey := map[string]product{}
	for _, p := range []product{
		{key: "actiontrail", code: "Actiontrail", version: "2020-07-06", elsewhere: actiontrailHosts()},
		{key: "alb", code: "Alb", version: "2020-06-16"},
		{key: "cbn", code: "Cbn", version: "2017-09-12", central: "cbn.aliyuncs.com"},
		{key: "ecs", code: "Ecs", version: "2014-05-26", elsewhere: ecsHosts()},
		{key: "elasticsearch", code: "elasticsearch", version: "2017-06-13", roa: true, operations: elasticsearch()},
		{key: "ims", code: "Ims", version: "2019-08-15", global: true, central: "ims.aliyuncs.com"},
		{key: "nlb", code: "Nlb", version: "2022-04-30", operations: map[string]shape{
			"ListSecurityPolicy":     {form: true, query: []string{"Tag"}},
			"ListServerGroups":       {form: true, query: []string{"Tag"}},
			"ListServerGroupServers": {form: true},
		}},
		{key: "privatelink", code: "Privatelink", version: "2020-04-15"},
		{key: "ram", code: "Ram", version: "2015-05-01", global: true, central: "ram.aliyuncs.com"},
		{key: "resourcemanager", code: "ResourceManager", version: "2020-03-31", global: true, central: "resourcemanager.aliyuncs.com"},
		{key: "slb", code: "Slb", version: "2014-05-15", elsewhere: slbHosts()},
		{key: "sts", code: "Sts", version: "2015-04-01", global: true, central: "sts.aliyuncs.com", operations: map[string]shape{
			"AssumeRole": {form: true}, // for credentials; Call refuses it
		}},
		{key: "vpc", code: "Vpc", version: "2016-04-28", elsewhere: vpcHosts()},
		{key: "vpcpeer", code: "VpcPeer", version: "2022-01-01", central: "vpcpeer.aliyuncs.com", operations: map[string]shape{
			"ListVpcPeerConnections":        {form: true, query: []string{"ResourceGroupId", "Tags"}},
			"GetVpcPeerConnectionAttribute": {form: true},
		}},
	} {
		byKey[p.key] = p
	}
	return byKey
}

// elasticsearch returns the paths of Elasticsearch 2017-06-13. GetKeystores and
// ListUserPlugin are not in the SDK; their paths are those of the vendor's
// aliyun-openapi-meta.
func elasticsearch() map[string]shape {
	shapes := map[string]shape{
		"ListInstance":     {path: "/openapi/instances"},
		"DescribeInstance": {path: "/openapi/instances/[InstanceId]"},
		"DescribeRegions":  {path: "/openapi/regions"},
		"ListTagResources": {path: "/openapi/tags"},
		"ListTags":         {path: "/openapi/tags/all-tags"},
	}
	for operation, last := range map[string]string{
		"DescribeDynamicSettings":       "dynamic-settings",
		"DescribeElasticsearchHealth":   "elasticsearch-health",
		"DescribeKibanaSettings":        "kibana-settings",
		"DescribeSnapshotSetting":       "snapshot-setting",
		"GetKeystores":                  "keystores",
		"ListActionRecords":             "action-records",
		"ListAllNode":                   "nodes",
		"ListAlternativeSnapshotRepos":  "alternative-snapshot-repos",
		"ListConnectedClusters":         "connected-clusters",
		"ListDicts":                     "dicts",
		"ListKibanaPlugins":             "kibana-plugins",
		"ListKibanaPvlNetwork":          "actions/get-kibana-private",
		"ListPlugins":                   "plugins",
		"ListSnapshotReposByInstanceId": "snapshot-repos",
		"ListUserPlugin":                "userPlugins",
		"ListVpcEndpoints":              "vpc-endpoints",
	} {
		shapes[operation] = shape{path: "/openapi/instances/[InstanceId]/" + last}
	}
	return shapes
}

// message is a request on its way: whom it goes to, and where its parameters
// are.
type message struct {
	product           product
	operation, region string
	host, path        string
	method            string // ROA
	inPath            map[string]string
	query, form       map[string]string
	body              []byte // JSON; nil: none, or the form
}

var (
	// A region becomes part of a host name.
	regionName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	// The SDK puts path parameters into the path as they are: nothing that could
	// end or leave it.
	pathParam   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	placeholder = regexp.MustCompile(`\[[A-Za-z]+\]`)
)

// newMessage finds the shape of an operation. The error says why there is none:
// product, region, operation or parameters are not what the vendor takes.
func newMessage(known map[string]product, name, operation, region string, params map[string]string) (message, error) {
	p, ok := known[name]
	if !ok {
		return message{}, errors.New("the product is not one that esaudit reads")
	}
	s, listed := p.operations[operation]
	if p.roa && !listed {
		return message{}, errors.New("its path is not known")
	}
	return p.message(s, operation, region, params)
}

// message puts the parameters of an operation where its shape says.
func (p product) message(s shape, operation, region string, params map[string]string) (message, error) {
	host, region, err := p.host(region)
	if err != nil {
		return message{}, err
	}
	m := message{
		product: p, operation: operation, region: region, host: host, path: s.path, method: cmp.Or(s.method, http.MethodGet),
		inPath: map[string]string{}, query: map[string]string{}, form: map[string]string{},
	}
	for param, value := range params {
		if reserved(param) {
			return message{}, fmt.Errorf("parameter %q is not the request's own: the gateway reads it", param)
		}
		switch base, _, _ := strings.Cut(param, "."); {
		case value == "": // the vendor's clients leave these out too
		case strings.Contains(s.path, "["+param+"]"):
			m.inPath[param] = value
		case s.form && !slices.Contains(s.query, base):
			m.form[param] = value
		default:
			m.query[param] = value
		}
	}
	for _, hole := range placeholder.FindAllString(s.path, -1) {
		if param := strings.Trim(hole, "[]"); !pathParam.MatchString(m.inPath[param]) {
			return message{}, fmt.Errorf("parameter %s: %q cannot stand in a path: letters, digits, . _ and - can", param, m.inPath[param])
		}
	}
	return m, nil
}

// host returns where a product is in a region, and which region to name there.
func (p product) host(region string) (host, named string, err error) {
	if p.global {
		return p.central, globalRegion, nil
	}
	if !regionName.MatchString(region) {
		return "", "", fmt.Errorf("%q is no region", region)
	}
	if p.central != "" {
		return p.central, region, nil
	}
	if h := p.elsewhere[region]; h != "" {
		return h, region, nil
	}
	return p.key + "." + region + ".aliyuncs.com", region, nil
}

// reserved reports whether the vendor's gateway reads a parameter itself: what
// is signed, by whom, and which operation it is.
func reserved(param string) bool {
	switch strings.ToLower(param) {
	case "action", "version", "format", "timestamp", "regionid", "accesskeyid", "securitytoken", "bearertoken":
		return true
	}
	return strings.HasPrefix(strings.ToLower(param), "signature")
}

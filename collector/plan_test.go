package collector

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unplanned are the operations of the catalogue that a run does not ask: they
// are read where a recording has them.
func unplanned() map[string]string {
	const listed = "the list of them says the same"
	return map[string]string{
		"actiontrail.LookupEvents":                       "only for attribution",
		"elasticsearch.ListActionRecords":                "only for attribution",
		"elasticsearch.ListAlternativeSnapshotRepos":     "nothing of it is kept",
		"elasticsearch.ListDicts":                        "DescribeInstance names the dictionaries; this adds links that are signed anew each time",
		"elasticsearch.ListTagResources":                 "nothing of it is kept",
		"nlb.GetListenerAttribute":                       listed,
		"privatelink.GetVpcEndpointAttribute":            listed,
		"ram.ListPolicyVersions":                         "only the default version has an effect",
		"slb.DescribeLoadBalancerHTTPListenerAttribute":  listed,
		"slb.DescribeLoadBalancerHTTPSListenerAttribute": listed,
		"slb.DescribeLoadBalancerTCPListenerAttribute":   listed,
		"slb.DescribeLoadBalancerUDPListenerAttribute":   listed,
		"slb.DescribeRules":                              "HTTP forwarding rules are not followed (SEMANTICS 5, P5.2)",
		"vpc.DescribeVSwitchAttributes":                  listed,
		"vpc.DescribeVpcAttribute":                       listed,
		"vpcpeer.GetVpcPeerConnectionAttribute":          listed,
	}
}

// The plan and the catalogue are of the same operations.
func TestPlanCoversCatalogue(t *testing.T) {
	ops, why := operations(), unplanned()
	planned := map[string]bool{}
	for _, s := range plan() {
		name := s.product + "." + s.operation
		if planned[name] {
			t.Errorf("%s is planned twice", name)
		}
		planned[name] = true
		if ops[name] == nil {
			t.Errorf("%s is planned, and the catalogue does not have it", name)
		}
		if why[name] != "" {
			t.Errorf("%s is planned, and not, because %s", name, why[name])
		}
	}
	for name := range ops {
		if !planned[name] && why[name] == "" {
			t.Errorf("%s is in the catalogue, and neither planned nor left out for a reason", name)
		}
	}
	for name := range why {
		if ops[name] == nil {
			t.Errorf("%s is left out, and the catalogue does not have it", name)
		}
	}
}

// What the graph and the rules need is planned, for the kind of object that it
// is needed for.
func TestPlanCoversNeeds(t *testing.T) {
	source, err := os.ReadFile("../audit/needs.go")
	if err != nil {
		t.Fatal(err)
	}
	perRegionOnly := regexp.MustCompile(`\{"(\w+)", "(\w+)", ""\}`)
	needed := regexp.MustCompile(`"(\w+)", "((?:Describe|List|Get)\w+)"`)
	found := needed.FindAllStringSubmatch(string(source), -1)
	if len(found) < 40 {
		t.Fatalf("only %d needed calls found", len(found))
	}
	for _, m := range found {
		if stepOf(m[1]+"."+m[2]) == nil {
			t.Errorf("%s.%s is needed and not planned", m[1], m[2])
		}
	}
	for _, m := range perRegionOnly.FindAllStringSubmatch(string(source), -1) {
		if s := stepOf(m[1] + "." + m[2]); s != nil && (s.scope != perRegion || len(s.named) > 0) {
			t.Errorf("%s.%s is needed once a region and not planned so", m[1], m[2])
		}
	}
}

func stepOf(name string) *step {
	for _, s := range plan() {
		if s.product+"."+s.operation == name {
			return &s
		}
	}
	return nil
}

// Every answer that names what calls are made for is planned itself, and its
// list is one.
func TestPlanIsConnected(t *testing.T) {
	ops := operations()
	for _, s := range plan() {
		for _, n := range s.named {
			if stepOf(n.answer) == nil {
				t.Errorf("%s.%s is made for what %s names, which is not planned", s.product, s.operation, n.answer)
				continue
			}
			if op := ops[n.answer]; op.Global != ops[s.product+"."+s.operation].Global {
				t.Errorf("%s.%s: %s has no region for it", s.product, s.operation, n.answer)
			}
		}
		if len(s.named) > 0 && len(s.params) > 1 {
			t.Errorf("%s.%s: only one set of fixed parameters goes with names", s.product, s.operation)
		}
		p := s.paging
		if p.limit != "" && (p.size <= 0 || (p.number == "") == (p.token == "")) || p.limit == "" && p != (paging{}) {
			t.Errorf("%s.%s: pages %+v", s.product, s.operation, p)
		}
	}
}

// Paging goes with what the catalogue knows of the answer: a list by page numbers
// tells its total, or is asked until a page is short.
func TestPlanPagesLists(t *testing.T) {
	short := []string{"elasticsearch.ListVpcEndpoints"}
	for _, s := range plan() {
		name := s.product + "." + s.operation
		op := operations()[name]
		if s.paging.number != "" && op.Total == "" && !slices.Contains(short, name) {
			t.Errorf("%s is asked by page numbers and tells no total", name)
		}
		if s.paging.limit != "" && !op.list() {
			t.Errorf("%s is asked for pages and is no list", name)
		}
	}
}

func TestReads(t *testing.T) {
	reads := Reads()
	if len(reads) < 90 {
		t.Errorf("%d operations", len(reads))
	}
	for i, c := range reads {
		if !strings.HasPrefix(c.Operation, "Describe") && !strings.HasPrefix(c.Operation, "List") && !strings.HasPrefix(c.Operation, "Get") {
			t.Errorf("%s does more than read", c.Operation)
		}
		if i > 0 && reads[i-1] == c {
			t.Errorf("%v twice", c)
		}
	}
	if got := Products(); !slices.Contains(got, "elasticsearch") || !slices.IsSorted(got) {
		t.Errorf("products: %v", got)
	}
}

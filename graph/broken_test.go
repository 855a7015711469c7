package graph_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// broken is an estate with one fault, and the verdict of one question all the
// same.
type broken struct {
	name     string
	edits    []estate.Edit
	from, to string
	verdict  graph.Verdict
	control  string
}

const (
	theHost    = "ecs:i-bp1story1"
	theCluster = "es-cn-story000001"
	ofCluster  = "elasticsearch.DescribeInstance " + theCluster
)

func brokenEstates() []broken {
	private := "/Result/networkConfig/whiteIpGroupList/whiteIpType=PRIVATE_ES/ips"
	route := func(cidr, hop, id string) map[string]any {
		return map[string]any{
			"RouteEntryId": "rte-loop" + id, "DestinationCidrBlock": cidr, "Type": "Custom", "Status": "Available", "RouteTableId": "vtb-bp1story",
			"NextHops": map[string]any{"NextHop": []any{map[string]any{"NextHopType": hop, "NextHopId": id, "Enabled": 1}}},
		}
	}
	return []broken{
		{name: "nothing wrong", verdict: graph.Reachable},
		{
			name: "dangling security group", verdict: graph.Unknown, control: "sg-egress",
			edits: []estate.Edit{{Call: "ecs.DescribeInstances", Set: map[string]any{"/Instances/Instance/0/SecurityGroupIds/SecurityGroupId": []any{"sg-gone"}}}},
		},
		{
			name: "dangling vSwitch of the host", verdict: graph.Unknown, control: "nacl-egress",
			edits: []estate.Edit{{Call: "ecs.DescribeInstances", Set: map[string]any{"/Instances/Instance/0/VpcAttributes/VSwitchId": "vsw-gone"}}},
		},
		{
			name: "a cluster in a VPC nobody described", verdict: graph.Blocked, control: "no-path",
			edits: []estate.Edit{
				{Call: ofCluster, Set: map[string]any{"/Result/networkConfig/vpcId": "vpc-gone", "/Result/networkConfig/vswitchId": "vsw-gone"}},
				{Call: "elasticsearch.ListInstance", Set: map[string]any{"/Result/0/networkConfig/vpcId": "vpc-gone"}},
			},
		},
		{
			name: "a CIDR that does not parse in the list", verdict: graph.Blocked, control: "whitelist",
			edits: []estate.Edit{{Call: ofCluster, Set: map[string]any{private: []any{"10.10.1.0/33"}, "/Result/privateNetworkIpWhiteList": []any{"10.10.1.0/33"}}}},
		},
		{
			name: "a CIDR that does not parse of the vSwitch", verdict: graph.Reachable, // what does not parse holds nothing; the other vSwitch has the cluster, too
			edits: []estate.Edit{{Call: "vpc.DescribeVSwitches", Set: map[string]any{"/VSwitches/VSwitch/0/CidrBlock": "10.10.one.0/24"}}},
		},
		{
			name: "vSwitches that overlap", from: "vpc:vpc-bp1story/10.10.1.10", verdict: graph.Unknown,
			edits: []estate.Edit{{Call: "vpc.DescribeVSwitches", Set: map[string]any{"/VSwitches/VSwitch/1/CidrBlock": "10.10.1.0/25"}}},
		},
		{
			name: "a route loop", verdict: graph.Reachable,
			edits: []estate.Edit{{Call: "vpc.DescribeRouteEntryList", Add: map[string]any{"/RouteEntrys/RouteEntry": route("10.99.0.0/16", "Instance", "i-bp1story1")}}},
		},
		{
			name: "an id twice", verdict: graph.Reachable,
			edits: []estate.Edit{{Call: "elasticsearch.ListInstance", Add: map[string]any{"/Result": map[string]any{"instanceId": theCluster, "status": "active"}}, Set: map[string]any{"/Headers/X-Total-Count": 2}}},
		},
	}
}

func storyPart(t *testing.T, name string, edits ...estate.Edit) recording.Part {
	t.Helper()
	for _, s := range estate.Stories() {
		if s.Name == name {
			part, err := estate.Apply(s.Accounts[0].Part(), edits)
			if err != nil {
				t.Fatal(err)
			}
			return part
		}
	}
	t.Fatalf("no story %s", name)
	return recording.Part{}
}

func brokenGraph(t *testing.T, part recording.Part) *graph.Graph {
	t.Helper()
	s, err := collector.Assemble([]recording.Part{part})
	if err != nil {
		t.Fatal(err)
	}
	return graph.Build(s, config.Config{})
}

// Whatever is wrong with an estate, there is a verdict, and what decided it.
func TestBrokenEstatesHaveVerdicts(t *testing.T) {
	for _, b := range brokenEstates() {
		t.Run(b.name, func(t *testing.T) {
			g := brokenGraph(t, storyPart(t, "net-001-latent", b.edits...))
			from, to := b.from, b.to
			if from == "" {
				from = theHost
			}
			if to == "" {
				to = "es:" + theCluster + ":9200"
			}
			got := g.Decide([]graph.Question{{From: from, To: to}})[0]
			if got.Err != nil || got.Verdict != b.verdict || b.control != "" && got.Control != b.control {
				t.Errorf("%+v, want %v by %q", got, b.verdict, b.control)
			}
			tellAll(t, g)
		})
	}
}

// A group of 100,000 rules is read and answers, the last rule as the first.
func TestHugeGroup(t *testing.T) {
	rules := make([]any, 100_000)
	for i := range rules {
		rules[i] = map[string]any{
			"SecurityGroupRuleId": fmt.Sprintf("sgr-%06d", i), "Direction": "egress", "Policy": "Drop", "Priority": "1", "IpProtocol": "TCP",
			"PortRange": "9200/9200", "DestCidrIp": fmt.Sprintf("11.%d.%d.%d", i>>16, i>>8&255, i&255), "NicType": "intranet",
		}
	}
	rules[len(rules)-1].(map[string]any)["DestCidrIp"] = "10.10.0.0/16"
	part := storyPart(t, "net-001-latent", estate.Edit{Call: "ecs.DescribeSecurityGroupAttribute sg-bp1story", Set: map[string]any{"/Permissions/Permission": rules}})
	got := brokenGraph(t, part).Decide([]graph.Question{{From: theHost, To: "es:" + theCluster + ":9200"}})[0]
	if got.Verdict != graph.Blocked || got.Control != "sg-egress" {
		t.Errorf("%+v, want blocked by sg-egress", got)
	}
}

// tellAll asks the graph for all that it tells.
func tellAll(t *testing.T, g *graph.Graph) {
	t.Helper()
	g.View()
	g.Assertions()
	for _, c := range g.Clusters() {
		for _, to := range []string{"es:" + c.ID, "kibana:" + c.ID} {
			s, err := g.Sources(to)
			for _, o := range s.Entries {
				for vpc, a := range o.VPCs {
					if a.Reachable.Overlaps(a.Unknown) {
						t.Errorf("%s: %s is reachable and unknown at once", to, vpc)
					}
				}
			}
			if err != nil && !strings.Contains(err.Error(), c.ID) {
				t.Errorf("%s: %v", to, err)
			}
		}
		_, _ = g.Dependencies("es:" + c.ID)
	}
	for _, from := range []string{theHost, "internet:203.0.113.9", "vpc:vpc-bp1story/10.10.1.10"} {
		_, _ = g.Targets(from)
	}
}

// FuzzBrokenEstates changes bytes, lines and objects of a recording; the graph
// tells all it knows without a panic, or the recording is refused.
func FuzzBrokenEstates(f *testing.F) {
	for seed := range uint64(12) {
		f.Add(seed, uint8(seed))
	}
	stories := []string{"net-001-latent", "net-003-standby-zone", "half-blind", "demo"}
	f.Fuzz(func(t *testing.T, seed uint64, story uint8) {
		head, calls := estate.Encode(storyPart(t, stories[int(story)%len(stories)]))
		r := rand.New(rand.NewPCG(seed, 4))
		for range 1 + r.IntN(8) {
			calls = damaged(r, calls)
		}
		rec, err := recording.OpenFS(fstest.MapFS{"recording.json": {Data: head}, "calls.jsonl": {Data: calls}})
		if err != nil {
			return
		}
		s, err := collector.Assemble(rec.Parts)
		if err != nil {
			return
		}
		if again, err := snapshot.Parse(s.Canonical()); err == nil {
			tellAll(t, graph.Build(again, config.Config{}))
		}
	})
}

// damaged is a recording with one more fault.
func damaged(r *rand.Rand, calls []byte) []byte {
	lines := bytes.SplitAfter(calls, []byte("\n"))
	i := r.IntN(len(lines))
	line := slices.Clone(lines[i])
	texts := []string{`""`, `null`, `[]`, `{}`, `-1`, `"0.0.0.0/99"`, `"sg-gone"`, `"::/0"`, `true`, `1e300`}
	switch r.IntN(4) {
	case 0: // a value is another one
		if at := bytes.IndexByte(line[r.IntN(max(len(line), 1)):], ':'); at >= 0 {
			parts := bytes.SplitAfterN(line, []byte(`":`), 1+r.IntN(40))
			last := parts[len(parts)-1]
			if end := bytes.IndexAny(last, ",}"); end > 0 && len(parts) > 9 {
				parts[len(parts)-1] = append([]byte(texts[r.IntN(len(texts))]), last[end:]...)
				line = bytes.Join(parts, nil)
			}
		}
	case 1: // an id is another object's
		line = bytes.ReplaceAll(line, []byte("bp1story"), []byte(fmt.Sprintf("bp1other%d", r.IntN(3))))
	case 2:
		return slices.Concat(bytes.Join(lines[:i], nil), bytes.Join(lines[min(i+1, len(lines)):], nil))
	case 3: // said twice
		return slices.Concat(calls, line)
	}
	lines[i] = line
	return bytes.Join(lines, nil)
}

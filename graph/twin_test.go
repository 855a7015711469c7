package graph_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/graph"
	"esaudit/internal/oracle"
	"esaudit/snapshot"
)

// The naive evaluator of SEMANTICS agrees, on every estate and on estates of
// which something was not read: lines that are missing, or were refused.
func TestAgreesWithTheNaiveEvaluator(t *testing.T) {
	rounds := 2
	if os.Getenv("ESAUDIT_LONG") != "" {
		rounds = 40
	}
	seen := decided{}
	for _, dir := range estates(t) {
		calls, err := os.ReadFile(filepath.Join(dir, "calls.jsonl"))
		if err != nil {
			continue // several accounts
		}
		for round := range rounds {
			r := rand.New(rand.NewPCG(uint64(round), uint64(len(calls))))
			kept := shaken(r, calls, round)
			compareTwins(t, r, fmt.Sprintf("%s round %d", dir, round), dir, kept, seen)
		}
	}
	for _, triple := range []string{"P1 whitelist reachable", "P1 port blocked", "P1 entry-exists unknown", "E1 host blocked"} {
		if seen[triple] < 5 {
			t.Errorf("%s was found %d times only", triple, seen[triple])
		}
	}
}

// shaken drops and refuses some lines; round 0 keeps all.
func shaken(r *rand.Rand, calls []byte, round int) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(calls) {
		switch {
		case round == 0 || r.IntN(12) != 0:
			out.Write(line)
		case r.IntN(2) == 0:
			if at := bytes.Index(line, []byte(`"status":200`)); at >= 0 {
				out.Write(line[:at])
				out.WriteString(`"status":403,"body":{"Code":"Forbidden.RAM"}}` + "\n")
			}
		}
	}
	return out.Bytes()
}

func compareTwins(t *testing.T, r *rand.Rand, name, dir string, calls []byte, seen decided) {
	t.Helper()
	temporary := t.TempDir()
	head, err := os.ReadFile(filepath.Join(dir, "recording.json"))
	if err != nil {
		t.Fatal(err)
	}
	for file, data := range map[string][]byte{"recording.json": head, "calls.jsonl": calls} {
		if err := os.WriteFile(filepath.Join(temporary, file), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read, err := recording.Open(temporary)
	if err != nil {
		return // cut in a way that leaves no recording
	}
	s, err := collector.Assemble(read.Parts)
	if err != nil {
		t.Fatal(err)
	}
	whole := build(t, dir).Snapshot()
	c := declarations(whole)
	slow := slowOf(t, c, read.Parts...)
	fast := graph.Build(s, c)
	w := twins{fast, slow}
	for _, q := range someQuestions(r, whole) {
		if d := w.differ(q[0], q[1], seen); d != "" {
			t.Errorf("%s: %s -> %s: %s\n%s", name, q[0], q[1], d, w.told(q[0], q[1]))
		}
	}
}

// someQuestions asks for the objects of an estate, mostly about what is there.
func someQuestions(r *rand.Rand, s *snapshot.Snapshot) [][2]string {
	a := s.Accounts()[0]
	ids := func(kind snapshot.Kind) []string {
		var out []string
		for _, o := range a.Objects(kind) {
			out = append(out, o.ID)
		}
		return out
	}
	pick := func(list []string) string {
		if len(list) == 0 {
			return "nobody"
		}
		return list[r.IntN(len(list))]
	}
	clusters, hosts, vpcs, balancers := ids(snapshot.Cluster), ids(snapshot.ECS), ids(snapshot.VPC), append(ids(snapshot.CLB), ids(snapshot.NLB)...)
	ports := []string{"9200", "9200", "9200", "9300", "5601", "636", "443"}
	var out [][2]string
	for range 25 {
		from := pick([]string{
			"internet:203.0.113.9", "internet:8.8.8.8", "internet:2001:db8::9", "internet:10.0.0.1", "ecs:" + pick(hosts), "ecs:" + pick(hosts),
			"vpc:" + pick(vpcs) + "/10.10.1.9", "vpc:" + pick(vpcs) + "/10.0.1.9", "onprem:office" + a.ID, "es:" + pick(clusters),
		})
		to := pick([]string{"es:" + pick(clusters) + ":", "es:" + pick(clusters) + ":", "kibana:" + pick(clusters) + ":", "lb:" + pick(balancers) + ":"}) + pick(ports)
		if strings.HasPrefix(from, "es:") {
			to = pick(hostsOf(a)) + ":" + pick(ports)
		}
		out = append(out, [2]string{from, to})
	}
	return out
}

// hostsOf are hosts that clusters may get to.
func hostsOf(a *snapshot.Account) []string {
	out := []string{"10.30.2.15", "ldap.corp.example"}
	for _, c := range a.Objects(snapshot.Cluster) {
		for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
			out = append(out, e.Get("endpointDomain").Text(), e.Get("endpointDomain").Text())
		}
	}
	for _, h := range a.Objects(snapshot.ECS) {
		for _, ip := range h.Attr("VpcAttributes", "PrivateIpAddress", "IpAddress").Items() {
			out = append(out, ip.Text())
		}
	}
	return out
}

// told lists the paths and what does not pass.
func told(a graph.Answer) string {
	var out []string
	for _, p := range a.Paths {
		text := p.Kind + " " + p.Entry + ":"
		for _, h := range p.Hops {
			if h.Verdict != graph.Reachable {
				text += " " + h.Control + "=" + h.Verdict.String() + " (" + h.Why + ")"
			}
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}

func toldSlow(a oracle.Answer) string {
	var out []string
	for _, p := range a.Paths {
		text := "naive " + p.Kind + " " + p.Entry + ":"
		for _, c := range p.Controls {
			if c.Verdict != oracle.Reachable {
				text += " " + c.Name + "=" + c.Verdict.String()
			}
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}

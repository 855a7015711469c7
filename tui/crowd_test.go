package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/netset"
)

// crowd is an estate of n of everything, made up as it is asked for; asked counts
// how often it is, by methods that answer from memory.
type crowd struct {
	n     int
	asked *int
	name  string     // of everything; hostile in some tests
	early bool       // rules were not applied yet
	open  netset.Set // who gets in everywhere, which is worth making once
}

func newCrowd(n int) crowd {
	return crowd{n: n, asked: new(int), name: "orders", open: netset.Internet4()}
}

func (c crowd) count() { *c.asked++ }

func (c crowd) About() About {
	return About{Name: c.name, Judged: !c.early, Accounts: []string{"1234567890123456"}, TakenAt: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
		Summary: finding.Summary{Fail: map[finding.Severity]int{finding.Critical: 1}}}
}

func (c crowd) Clusters() int { return c.n }

func (c crowd) Place(id string) int {
	c.count()
	i := -1
	if _, err := fmt.Sscanf(id, "es-cn-%d", &i); err != nil || i >= c.n {
		return -1
	}
	return i
}

func (c crowd) Asked() int { return c.n }

func (c crowd) Further(context.Context, []int) (Estate, error) { return c, nil }

func (c crowd) Learn(Estate) Estate { return c }

func (c crowd) Cluster(i int) Cluster {
	c.count()
	return Cluster{Asked: true, Counted: true, ID: fmt.Sprintf("es-cn-%d", i), Name: c.name, Region: "cn-hangzhou", Fail: map[finding.Severity]int{finding.High: 1},
		Internet: graph.Addresses{Reachable: c.open}, Hosts: Tally{Sure: 3, Unknown: 1}, ARN: "acs:elasticsearch:::instances/es-cn"}
}

// judged is how many there are of what rules say.
func (c crowd) judged() int {
	if c.early {
		return 0
	}
	return c.n
}

func (c crowd) Findings() int { return c.judged() }

func (c crowd) Finding(i int) *finding.Finding {
	c.count()
	return &finding.Finding{Rule: "ES-NET-001", Status: finding.Fail, Severity: finding.High, Subject: finding.Subject{ID: fmt.Sprintf("es-cn-%d", i), Name: c.name},
		Message: "The list of " + c.name + " admits everybody.", Evidence: []finding.Evidence{{Pointer: "/accounts/0", Line: 3, Value: c.name, Note: c.name}},
		Path: []graph.Hop{c.hop()}, Remediation: finding.Remediation{Text: "Close it.", API: []string{"elasticsearch:ModifyWhiteIps"}}}
}

func (c crowd) Rule(string) finding.Rule {
	c.count()
	return finding.Rule{Title: "A rule about " + c.name}
}

func (c crowd) Gaps() int { return c.judged() }

func (c crowd) Gap(int) Gap {
	c.count()
	return Gap{Call: finding.Call{Product: "ecs", Operation: "DescribeInstances", Region: c.name, Denied: 1, Subjects: []string{c.name}}, RAM: "ecs:DescribeInstances", Rules: 2}
}

func (c crowd) Changes() int { return c.judged() }

func (c crowd) Change(i int) Change {
	c.count()
	return Change{Kind: ChangeKind(i / 10 % 7), Subject: c.name, What: c.name, Rule: "ES-NET-001", Finding: i, Before: c.name, After: "b"}
}

func (c crowd) Lines(from, n int) []string {
	c.count()
	var out []string
	for i := from; i < from+n && i <= 20; i++ {
		out = append(out, c.name)
	}
	return out
}

func (c crowd) hop() graph.Hop {
	return graph.Hop{Kind: "P1", From: "internet:203.0.113.9", To: c.name, Control: "whitelist", Verdict: graph.Reachable, Why: "it holds " + c.name, Pointer: "/accounts/0/" + c.name, Line: 3}
}

func (c crowd) Who(context.Context, string) ([]Who, error) {
	out := []Who{{Kind: FromInternet, Entry: "es-public", Port: 9200, Verdict: graph.Reachable, Set: c.open, Ask: Question{From: "internet:203.0.113.9", To: "es:x:9200"}}}
	for i := range c.n {
		out = append(out, Who{Kind: FromHost, Entry: "es-private", Port: 9200, ID: fmt.Sprint("i-", i), Name: c.name, Ask: Question{From: "ecs:i", To: "es:x:9200"}})
	}
	return append(out, Who{Kind: Principal, ID: c.name, Name: c.name, Steps: []Step{{Hop: c.hop()}}}, Who{Kind: Finding, Finding: 0}, Who{Kind: Nobody, Entry: "kibana-public"}), nil
}

func (c crowd) Map(_ context.Context, cluster string) (Map, error) {
	m := Map{Cluster: cluster, Rows: max(c.n, 1), Layers: []Layer{{Width: 10, Joins: make([]Sides, max(c.n, 1))}, {Width: 10, Nodes: []Node{{Kind: graph.EntryThing, ID: "es-private"}}}}}
	for i := range c.n {
		m.Layers[0].Nodes = append(m.Layers[0].Nodes, Node{Kind: graph.Host, ID: fmt.Sprint("i-", i), Name: c.name, Through: i%5 == 2, Next: []int{0}, Ask: Question{From: "ecs:i", To: "es:x:9200"}})
		m.Layers[0].Joins[i] = LeftSide | UpSide
		m.Layers[1].Nodes[0].Before = append(m.Layers[1].Nodes[0].Before, i)
	}
	return m, nil
}

func (c crowd) Ask(_ context.Context, q Question) (Answer, error) {
	if q.From == "" || q.To == "" {
		return Answer{}, errors.New("no question: " + c.name)
	}
	pass := c.hop()
	pass.Control = "port"
	return Answer{Question: q, Verdict: graph.Reachable, Entry: "es-public", Kind: "P1", Paths: 2, Command: "esaudit reach",
		Steps: []Step{{Hop: pass}, {Hop: pass}, {Hop: c.hop(), Value: c.name}}, Settle: []graph.Settle{{Text: c.name, RAM: "ecs:DescribeInstances"}}}, nil
}

func (c crowd) Complete(_ context.Context, _ Side, text string, n int) []string {
	var out []string
	for i := range min(n, c.n) {
		out = append(out, fmt.Sprint(text, c.name, i))
	}
	return out
}

func (c crowd) Select(_ context.Context, f Filter) ([]Selected, error) {
	var out []Selected
	for i := range c.judged() {
		if f.Rule != "" && i%3 == 0 {
			continue
		}
		out = append(out, Selected{Finding: i, First: i%10 == 0, Of: 10})
	}
	return out, nil
}

func (c crowd) Search(_ context.Context, words string) ([]int, error) {
	var out []int
	for i := 0; i < c.n; i += 1 + len(words) {
		out = append(out, i)
	}
	return out, nil
}

func (c crowd) SearchGaps(ctx context.Context, words string) ([]int, error) {
	return c.Search(ctx, words)
}

func (c crowd) SearchChanges(ctx context.Context, words string) ([]int, error) {
	return c.Search(ctx, words)
}

func (c crowd) Known(_ context.Context, _ Side, text string) error {
	if text == "nobody" {
		return errors.New("no such ecs: nobody; there is i-1")
	}
	return nil
}

// deeds are services that remember what they were asked for.
type deeds struct {
	done     *[]string
	estate   Estate
	wrong    error
	live     bool
	standing bool  // a waiver stands already
	slow     *int  // previews take until they are given up
	refused  error // what a check says
	stopped  error // what a change comes to
}

func (d deeds) Reload(ctx context.Context, tell func(string)) (Estate, error) {
	tell("judge")
	*d.done = append(*d.done, "reload")
	return d.estate, d.wrong
}

func (d deeds) Export(_ context.Context, _ Estate, x Export, file string) error {
	*d.done = append(*d.done, fmt.Sprintf("export %d %s to %s", len(x.Findings), x.Cluster, file))
	return d.wrong
}

func (d deeds) Waive(_ context.Context, f *finding.Finding, reason string, replace bool) (string, error) {
	if d.standing && !replace {
		return "", &StandingError{"waivers.yaml", "the old reason"}
	}
	if replace {
		reason += ", instead"
	}
	*d.done = append(*d.done, "waive "+f.Rule+" "+f.Subject.ID+" because "+reason)
	return "waivers.yaml", d.wrong
}

func (d deeds) Plan(_ context.Context, _ Estate, findings []int, tell func(string)) (Planned, error) {
	tell("plan")
	if d.wrong != nil {
		return nil, d.wrong
	}
	c, _ := d.estate.(crowd)
	return shelf{deeds: d, crowd: c, findings: findings}, nil
}

// shelf is a plan of as many actions as its crowd has of everything: every third
// restarts a cluster, every fifth cannot be taken back.
type shelf struct {
	deeds
	crowd    crowd
	findings []int
}

const someAccount = "1234567890123456"

func (s shelf) Plan() Plan {
	p := Plan{Account: someAccount}
	for i := range s.crowd.n {
		p.Actions = append(p.Actions, Action{ID: fmt.Sprintf("a%d", i+1), Title: fmt.Sprintf("Close %d of %s", i, s.crowd.name), Subject: s.crowd.name, Before: `["` + s.crowd.name + `"]`, After: "[]",
			Call: fmt.Sprintf("aliyun close %d", i), Undoable: i%5 != 4, Restarts: i%3 == 2, Why: []Why{{"ES-NET-001", s.crowd.name, i}}, Cost: map[bool]string{true: s.crowd.name}[i == 1], CutsOff: map[bool]string{true: s.crowd.name}[i == 6]})
	}
	return p
}

func (s shelf) Live() bool { return s.live }

func (s shelf) Command(file string) string { return "esaudit fix apply " + file }

func (s shelf) Preview(ctx context.Context, ids []string, tell func(string)) (Preview, error) {
	tell("judge")
	if s.slow != nil {
		<-ctx.Done()
		return Preview{}, ctx.Err()
	}
	p := Preview{Lost: len(ids), Gone: len(ids), ByHand: []Chore{{Subject: s.crowd.name, Title: s.crowd.name, Steps: []string{s.crowd.name}}}, Left: []Chore{{Subject: s.crowd.name, Reason: s.crowd.name}}}
	for range ids {
		p.Changes = append(p.Changes, Change{Kind: Lost, Subject: s.crowd.name, What: s.crowd.name, Finding: -1, Ask: Question{From: "ecs:i", To: "es:x:9200"}})
	}
	for i := range ids {
		p.Changes = append(p.Changes, Change{Kind: GoneFinding, Subject: s.crowd.name, What: s.crowd.name, Rule: "ES-NET-001", Severity: finding.High, Finding: i})
	}
	if len(ids) > 2 {
		p.CutOff, p.Restarts = []string{s.crowd.name}, []string{s.crowd.name, "es-2", "es-3", "es-4", "es-5"}
	}
	return p, nil
}

func (s shelf) Write(_ context.Context, ids []string, file string) (string, error) {
	*s.done = append(*s.done, fmt.Sprintf("write %v to %s", ids, file))
	return "esaudit fix apply " + file, s.wrong
}

func (s shelf) Check(_ context.Context, ids []string, tell func(string)) (Consent, error) {
	tell("compare")
	return Consent{someAccount, "acs:ram::" + someAccount + ":user/" + s.crowd.name}, s.refused
}

func (s shelf) Apply(_ context.Context, ids []string, c Consent, tell func(Told)) (Applied, error) {
	*s.done = append(*s.done, fmt.Sprintf("apply %v in %s", ids, c.Account))
	for _, id := range ids {
		tell(Told{true, id + ": calls " + s.crowd.name})
		tell(Told{false, "5 of 29 calls"})
	}
	a := Applied{Done: ids, Journal: "fix.plan.journal", Undo: "esaudit fix undo fix.plan.journal", Verified: s.stopped == nil}
	if s.stopped != nil {
		a.Done, a.Resume = ids[:1], "esaudit fix apply fix.plan --resume"
	}
	return a, s.stopped
}

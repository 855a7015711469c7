package survey

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"esaudit/audit"
	"esaudit/diff"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/lang"
	"esaudit/netset"
	"esaudit/ram"
	"esaudit/snapshot"
	"esaudit/tui"
)

// Options say what is explored.
type Options struct {
	Name     string         // of the estate, as it was named
	File     string         // the snapshot's; "" when it stands in none
	Result   *audit.Result  // nil: rules were not applied yet
	Graph    *graph.Graph   // where there is no result
	Baseline string         // the name of what it is compared with; "" for nothing
	Diff     *diff.Document // the differences to an estate; nil when the baseline is a report
	Texts    *lang.Texts    // of the language that rules and paths speak; nil is English
	// Explain adds to the error of a question what was perhaps meant; nil for nothing.
	Explain func(*graph.Graph, error) error
}

// Survey is an estate that is ready, with what is known so far of who gets in. It
// is not changed once made: Further makes another.
type Survey struct {
	about    tui.About
	graph    *graph.Graph
	english  *finding.Report // everything that was judged
	report   *finding.Report // the same, in the language of texts
	texts    *lang.Texts
	rules    map[string]finding.Rule
	numbers  map[string]int   // of findings, by fingerprint
	own      map[string][]int // numbers of findings, by the ARN of their subject
	held     map[*snapshot.Account]func() ram.Held
	clusters []tui.Cluster
	places   map[string]int // of clusters, by id
	asked    int            // of how many clusters it is known who gets in
	next     int            // the clusters before this one were asked about
	targets  []string       // what questions may be about, of those
	explain  func(*graph.Graph, error) error
	gaps     []tui.Gap
	changes  []tui.Change
	diff     *diff.Document // what the changes are of; nil when the baseline is a report
	ends     [2][]string    // what questions may name, by tui.Side
	lines    []int          // where the lines of the snapshot begin
}

// New makes an estate ready without asking who gets in to any cluster: until
// Further did, clusters stand in the order of what rules say of them.
func New(o Options) *Survey {
	g, english := o.Graph, &finding.Report{}
	if o.Result != nil {
		g, english = o.Result.Graph, o.Result.ReportOf(func(string) bool { return true }, true)
	}
	s := &Survey{
		graph: g, english: english,
		texts: o.Texts, rules: map[string]finding.Rule{}, numbers: map[string]int{}, own: map[string][]int{}, held: map[*snapshot.Account]func() ram.Held{},
		lines: lineStarts(g.Snapshot().Source()),
	}
	if s.explain = o.Explain; s.explain == nil {
		s.explain = func(_ *graph.Graph, err error) error { return err }
	}
	s.diff = o.Diff
	s.report = s.english
	if s.texts != nil {
		s.report = s.english.Translated()
	}
	s.about = about(o, s.report)
	if o.Result == nil {
		s.about.Accounts, s.about.TakenAt = taken(g.Snapshot())
	}
	for _, r := range s.report.Rules {
		s.rules[r.ID] = r
	}
	for i, f := range s.report.Findings {
		s.numbers[f.Fingerprint] = i
		s.own[f.Subject.ARN] = append(s.own[f.Subject.ARN], i)
	}
	for _, c := range g.Clusters() {
		if g.Cluster(c.ID) == c {
			s.clusters = append(s.clusters, s.judged(c))
		}
		if s.held[c.Account] == nil {
			s.held[c.Account] = sync.OnceValue(func() ram.Held { return ram.NewDirectory(c.Account).Held(ram.Request{Now: c.Account.TakenAt}) })
		}
	}
	s.arrange()
	if o.Result != nil {
		s.gaps = gaps(s.report)
		s.changes = s.compared(o)
	}
	return s
}

// taken are the accounts of a snapshot, and when the oldest was taken.
func taken(n *snapshot.Snapshot) (ids []string, at time.Time) {
	for _, a := range n.Accounts() {
		ids = append(ids, a.ID)
		if !a.TakenAt.IsZero() && (at.IsZero() || a.TakenAt.Before(at)) {
			at = a.TakenAt
		}
	}
	return ids, at
}

// arrange puts the clusters in order, and what questions may name. Who gets in
// counts once it is known of all.
func (s *Survey) arrange() {
	all := s.asked == len(s.clusters)
	slices.SortStableFunc(s.clusters, func(a, b tui.Cluster) int { return worse(a, b, all) })
	s.places = map[string]int{}
	for i, c := range s.clusters {
		s.places[c.ID] = i
	}
	s.ends = ends(s.graph, s.targets)
}

func about(o Options, r *finding.Report) tui.About {
	a := tui.About{Name: o.Name, File: o.File, Judged: o.Result != nil, Summary: r.Summary, Complete: r.Coverage.Complete && len(r.Snapshot.Accounts) > 0, Baseline: o.Baseline}
	a.FindingsOnly = o.Baseline != "" && o.Diff == nil
	for _, account := range r.Snapshot.Accounts {
		a.Accounts = append(a.Accounts, account.ID)
		at, err := time.Parse(time.RFC3339, account.TakenAt)
		if err == nil && !at.IsZero() && (a.TakenAt.IsZero() || at.Before(a.TakenAt)) {
			a.TakenAt = at
		}
	}
	return a
}

// worse orders clusters: by how much of the internet gets in, then by what rules
// say, then by who else gets in; by rules alone until all were asked.
func worse(a, b tui.Cluster, asked bool) int {
	if !asked {
		a.Internet, b.Internet = graph.Addresses{}, graph.Addresses{}
		a.VPCs, b.VPCs, a.Hosts, b.Hosts = tui.Tally{}, tui.Tally{}, tui.Tally{}, tui.Tally{}
	}
	open := func(c tui.Cluster) netset.Set { return c.Internet.Reachable }
	if n := open(b).Count().Cmp(open(a).Count()); n != 0 {
		return n
	}
	if n := b.Internet.Unknown.Count().Cmp(a.Internet.Unknown.Count()); n != 0 {
		return n
	}
	for _, s := range finding.Severities() {
		if n := cmp.Compare(b.Fail[s], a.Fail[s]); n != 0 {
			return n
		}
	}
	return cmp.Or(
		cmp.Compare(b.VPCs.Sure, a.VPCs.Sure), cmp.Compare(b.Hosts.Sure, a.Hosts.Sure), cmp.Compare(b.Unknown, a.Unknown),
		cmp.Compare(cmp.Or(a.Name, a.ID), cmp.Or(b.Name, b.ID)), cmp.Compare(a.ID, b.ID),
	)
}

// About says what the estate is.
func (s *Survey) About() tui.About { return s.about }

// Clusters is how many clusters there are.
func (s *Survey) Clusters() int { return len(s.clusters) }

// Cluster returns one of them, the worst first.
func (s *Survey) Cluster(i int) tui.Cluster { return s.clusters[i] }

// Place is the number of a cluster; -1 for none.
func (s *Survey) Place(id string) int {
	if i, there := s.places[id]; there {
		return i
	}
	return -1
}

// Findings is how many findings there are, passes included.
func (s *Survey) Findings() int { return len(s.report.Findings) }

// Finding returns one of them, in the order of reports.
func (s *Survey) Finding(i int) *finding.Finding { return &s.report.Findings[i] }

// Rule describes a rule.
func (s *Survey) Rule(id string) finding.Rule { return s.rules[id] }

// Gaps is how many kinds of calls were not read everywhere.
func (s *Survey) Gaps() int { return len(s.gaps) }

// Gap returns one of them.
func (s *Survey) Gap(i int) tui.Gap { return s.gaps[i] }

// Changes is how many differences to the baseline there are.
func (s *Survey) Changes() int { return len(s.changes) }

// Change returns one of them.
func (s *Survey) Change(i int) tui.Change { return s.changes[i] }

// Diff returns the differences to an estate; nil when there is none, or when the
// baseline is a report.
func (s *Survey) Diff() *diff.Document { return s.diff }

// Report returns everything that was judged.
func (s *Survey) Report() *finding.Report { return s.report }

// Graph returns the graph that is explored.
func (s *Survey) Graph() *graph.Graph { return s.graph }

func lineStarts(data string) []int {
	out := []int{0}
	for i := 0; ; {
		n := strings.IndexByte(data[i:], '\n')
		if n < 0 {
			return out
		}
		i += n + 1
		out = append(out, i)
	}
}

// Lines returns n lines of the snapshot from a line on, counted from 1.
func (s *Survey) Lines(from, n int) []string {
	data := s.graph.Snapshot().Source()
	var out []string
	for i := from - 1; i >= 0 && i < len(s.lines) && len(out) < n; i++ {
		end := len(data)
		if i+1 < len(s.lines) {
			end = s.lines[i+1] - 1
		}
		if start := s.lines[i]; start < len(data) {
			out = append(out, data[start:end])
		}
	}
	return out
}

// Search returns the clusters whose id, name or region holds a text.
func (s *Survey) Search(ctx context.Context, text string) ([]int, error) {
	var out []int
	for i, c := range s.clusters {
		if holds(text, c.ID, c.Name, c.Region, c.Account) {
			out = append(out, i)
		}
	}
	return out, ctx.Err()
}

// SearchGaps returns the gaps that hold a text.
func (s *Survey) SearchGaps(ctx context.Context, text string) ([]int, error) {
	var out []int
	for i, g := range s.gaps {
		if holds(text, g.Call.Product+" "+g.Call.Operation, g.Call.Region, g.RAM) || holds(text, g.Call.Subjects...) {
			out = append(out, i)
		}
	}
	return out, ctx.Err()
}

// SearchChanges returns the differences that hold a text.
func (s *Survey) SearchChanges(ctx context.Context, text string) ([]int, error) {
	var out []int
	for i, c := range s.changes {
		if holds(text, c.Subject, c.What, c.Rule, c.Before, c.After) {
			out = append(out, i)
		}
	}
	return out, ctx.Err()
}

// holds reports whether one of some texts has words in it, in any case.
func holds(words string, in ...string) bool {
	words = strings.ToLower(words)
	return slices.ContainsFunc(in, func(s string) bool { return strings.Contains(strings.ToLower(s), words) })
}

package survey

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

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
	Name     string // of the estate, as it was named
	File     string // the snapshot's; "" when it stands in none
	Result   *audit.Result
	Baseline string         // the name of what it is compared with; "" for nothing
	Diff     *diff.Document // the differences to an estate; nil when the baseline is a report
	Texts    *lang.Texts    // of the language that rules and paths speak; nil is English
}

// Survey is an estate that is ready. It is not changed once made.
type Survey struct {
	about    tui.About
	graph    *graph.Graph
	report   *finding.Report // everything that was judged
	texts    *lang.Texts
	rules    map[string]finding.Rule
	clusters []tui.Cluster
	who      map[string][]tui.Who // by cluster
	gaps     []tui.Gap
	changes  []tui.Change
	ends     [2][]string // what questions may name, by tui.Side
	lines    []int       // where the lines of the snapshot begin
}

// New asks who gets to every cluster, several at a time. tell is called with the
// number of clusters that are done, from several goroutines; it may be nil.
func New(ctx context.Context, o Options, tell func(done, of int)) (*Survey, error) {
	g := o.Result.Graph
	s := &Survey{
		graph: g, report: o.Result.ReportOf(func(finding.Subject) bool { return true }, true),
		texts: o.Texts, rules: map[string]finding.Rule{}, who: map[string][]tui.Who{}, lines: lineStarts(g.Snapshot().Source()),
	}
	if s.texts != nil {
		s.report = s.report.Translated()
	}
	s.about = about(o, s.report)
	for _, r := range s.report.Rules {
		s.rules[r.ID] = r
	}
	if err := s.ask(ctx, tell); err != nil {
		return nil, err
	}
	s.gaps = gaps(s.report)
	s.changes = s.compared(o)
	s.ends = ends(g, s.who)
	return s, nil
}

func about(o Options, r *finding.Report) tui.About {
	a := tui.About{Name: o.Name, File: o.File, Summary: r.Summary, Complete: r.Coverage.Complete, Baseline: o.Baseline}
	for _, account := range r.Snapshot.Accounts {
		a.Accounts = append(a.Accounts, account.ID)
		at, err := time.Parse(time.RFC3339, account.TakenAt)
		if err == nil && !at.IsZero() && (a.TakenAt.IsZero() || at.Before(a.TakenAt)) {
			a.TakenAt = at
		}
	}
	return a
}

// ask finds out about every cluster, and sorts them: the worst first.
func (s *Survey) ask(ctx context.Context, tell func(done, of int)) error {
	clusters := s.graph.Clusters()
	clusters = slices.DeleteFunc(slices.Clone(clusters), func(c *graph.Cluster) bool { return s.graph.Cluster(c.ID) != c })
	directories := map[*snapshot.Account]*ram.Directory{}
	for _, c := range clusters {
		if directories[c.Account] == nil {
			directories[c.Account] = ram.NewDirectory(c.Account)
		}
	}
	byCluster := map[string][]int{}
	for i, f := range s.report.Findings {
		byCluster[f.Subject.ARN] = append(byCluster[f.Subject.ARN], i)
	}
	type answer struct {
		cluster tui.Cluster
		who     []tui.Who
	}
	answers := make([]answer, len(clusters))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	done := make(chan struct{}, len(clusters))
	for i, c := range clusters {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			own := byCluster[ram.Instance(c.Account.ID, c.Region, c.ID)]
			cluster, who, err := s.cluster(c, directories[c.Account], own)
			answers[i] = answer{cluster, who}
			done <- struct{}{}
			if tell != nil {
				tell(len(done), len(clusters))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, a := range answers {
		s.clusters = append(s.clusters, a.cluster)
		s.who[a.cluster.ID] = a.who
	}
	slices.SortStableFunc(s.clusters, worse)
	return nil
}

// worse orders clusters: by how much of the internet gets in, then by what rules
// say, then by who else gets in.
func worse(a, b tui.Cluster) int {
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

// Who returns everybody who gets to a cluster.
func (s *Survey) Who(_ context.Context, cluster string) ([]tui.Who, error) {
	return s.who[cluster], nil
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

// holds reports whether one of some texts has words in it, in any case.
func holds(words string, in ...string) bool {
	words = strings.ToLower(words)
	return slices.ContainsFunc(in, func(s string) bool { return strings.Contains(strings.ToLower(s), words) })
}

package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"esaudit/config"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/lang"
	"esaudit/policies"
	"esaudit/snapshot"
)

// Options say what is judged and what the report shows.
type Options struct {
	Config      config.Config
	Rules       []string // ids; empty means all
	SkipRules   []string
	Optional    bool             // optional rules too
	OwnRules    []fs.FS          // directories of the user's own rules
	All         bool             // pass and na too
	MinSeverity finding.Severity // findings below it are left out of the report
	Regions     []string         // subjects of these regions only; empty means all
	Clusters    []string         // these clusters only, and no other subject
	Groups      []string         // subjects of these resource groups only; empty means all
	Tags        []string         // KEY or KEY=VALUE: subjects with one of the values of every key only
	OwnerTag    string           // the tag that names owners; "" for none
	Version     string           // of the tool, for the report
	Waivers     []config.Waiver
	Baseline    *finding.Baseline // an earlier report to compare with; nil for none
	NewOnly     bool              // only what is new or changed since the baseline fails
	Framework   string            // id or name of a framework to group by; "" for none
	Texts       *lang.Texts       // of the language that findings and rules speak besides English; nil for none
	Stored      []facts.Compared  // stored objects, held against the live ones; nil: none were given
	Lean        bool              // what passes or does not apply is counted only: no report of everything is wanted

	// Cache is what earlier audits found out; nil for none. With Stored or Built, it is
	// not used.
	Cache *Cache

	// Batch is how many objects are judged at a time, with all that they may lead to: of an
	// estate of a million, a graph and facts are too much to be there at once. 0 is all.
	// With Cache, Stored or Built, it is not used.
	Batch int

	// Built is given the graph as soon as it is there, before anything is judged; nil
	// for nobody. It may be asked from then on, from any goroutine.
	Built func(*graph.Graph)

	// Annotate adds to a piece of evidence where its value is written; nil for
	// nothing to add.
	Annotate func(*finding.Evidence)
}

// Result is what an audit gives.
type Result struct {
	Snapshot *snapshot.Snapshot
	Graph    *graph.Graph // nil when nobody needed it: with a cache, or in batches
	Report   *finding.Report

	// Notes tell of waivers that are over, end soon, do not hold or are about
	// nothing, each with its line.
	Notes []string

	judged  *verdicts // everything, also what the report leaves out
	options Options
	about   picture
}

// Run judges a snapshot.
func Run(ctx context.Context, s *snapshot.Snapshot, o Options) (*Result, error) {
	if err := o.check(s); err != nil {
		return nil, err
	}
	selection := policies.Selection{Only: o.Rules, Skip: o.SkipRules, Optional: o.Optional, User: o.OwnRules}
	about := o.pictureOf(s)
	engine, err := policies.New(ctx, selection)
	if err != nil {
		return nil, err
	}
	rules := engine.Rules()
	var spoken *policies.Engine
	if o.Texts != nil {
		if spoken, err = speaking(ctx, o.Texts, selection); err != nil {
			return nil, err
		}
		others := spoken.Rules()
		for i := range rules {
			rules[i].Said = &others[i]
		}
	}
	g, judged, err := o.judge(ctx, s, engine, spoken)
	if err != nil {
		return nil, err
	}
	o.annotate(judged.findings)
	attribute(s, judged.findings)
	r := &Result{Snapshot: s, Graph: g, judged: judged, options: o, about: about}
	if len(o.Waivers) > 0 {
		r.Notes = waive(r.Picture(), s, o.Waivers, judged.findings, o.judgesEverything())
	}
	var gone []finding.Gone
	if o.Baseline != nil {
		gone = o.Baseline.Mark(judged.findings, o.speaksOf(s, engine.Rules()))
	}
	r.Report = r.report(rules, judged, o)
	r.Report.Gone = gone
	if o.Framework != "" {
		if r.Report.Framework, err = byControl(o, engine.Rules(), judged); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Picture is the graph of the estate.
func (r *Result) Picture() *graph.Graph {
	if r.Graph == nil {
		r.Graph = graph.Build(r.Snapshot, r.options.Config)
	}
	return r.Graph
}

// annotate tells of each piece of evidence where it is written.
func (o Options) annotate(judged []finding.Finding) {
	if o.Annotate == nil {
		return
	}
	for i := range judged {
		for j := range judged[i].Evidence {
			o.Annotate(&judged[i].Evidence[j])
		}
	}
}

// check refuses a region or cluster the estate does not have, because nothing
// found there would read as clean.
func (o Options) check(s *snapshot.Snapshot) error {
	var regions, clusters []string
	for _, a := range s.Accounts() {
		regions = append(regions, a.Regions...)
		for _, c := range a.Objects(snapshot.Cluster) {
			clusters = append(clusters, c.ID)
		}
	}
	if err := among("region", o.Regions, regions); err != nil {
		return err
	}
	return among("cluster", o.Clusters, clusters)
}

func among(what string, asked, there []string) error {
	slices.Sort(there)
	there = slices.Compact(there)
	for _, name := range asked {
		if !slices.Contains(there, name) {
			return fmt.Errorf("no %s %q in the estate; there are: %s", what, name, strings.Join(there, ", "))
		}
	}
	return nil
}

func (o Options) selects(s facts.Subject) bool {
	if len(o.Regions) > 0 && !slices.Contains(o.Regions, s.Region) {
		return false
	}
	if len(o.Clusters) > 0 && (s.Kind != "elasticsearch" || !slices.Contains(o.Clusters, s.ID)) {
		return false
	}
	// What was not read may be of any group or tag.
	if s.Kind == "region" || s.Kind == "account" {
		return true
	}
	return (len(o.Groups) == 0 || slices.Contains(o.Groups, s.ResourceGroup)) && tagged(s.Tags, o.Tags)
}

// tagged reports whether tags have, of every key that is asked for, one of the
// values asked for; a key alone stands for any value.
func tagged(tags map[string]string, asked []string) bool {
	met := map[string]bool{}
	for _, text := range asked {
		key, value, exact := strings.Cut(text, "=")
		got, there := tags[key]
		met[key] = met[key] || there && (!exact || got == value)
	}
	for _, ok := range met {
		if !ok {
			return false
		}
	}
	return true
}

// Judge applies rules to facts, without waivers or a baseline. Lines are those
// of the snapshot.
func Judge(ctx context.Context, engine *policies.Engine, s *snapshot.Snapshot, doc facts.Document) ([]finding.Finding, error) {
	results, _, err := Options{}.eval(ctx, engine, doc)
	if err != nil {
		return nil, err
	}
	return sorted(s, doc, describe(engine).rules, results, ""), nil
}

// eval applies rules to facts; with Lean, what is settled is counted only.
func (o Options) eval(ctx context.Context, engine *policies.Engine, doc facts.Document) (results []policies.Result, settled []policies.Settled, err error) {
	if o.Lean {
		results, settled, err = engine.EvalLean(ctx, doc)
	} else {
		results, err = engine.Eval(ctx, doc)
	}
	if err != nil {
		err = fmt.Errorf("judge estate: %w", err)
	}
	return results, settled, err
}

// judgesEverything reports whether nothing was left out, so that a waiver about
// nothing is one.
func (o Options) judgesEverything() bool {
	return len(o.Rules)+len(o.SkipRules)+len(o.Regions)+len(o.Clusters)+len(o.Groups)+len(o.Tags) == 0
}

// speaksOf says which findings of an earlier report would stand in this one: of
// rules that were applied, to subjects that were asked for, in accounts and
// regions of the picture.
func (o Options) speaksOf(picture *snapshot.Snapshot, applied []finding.Rule) func(string, finding.Subject) bool {
	return func(rule string, s finding.Subject) bool {
		return slices.ContainsFunc(applied, func(r finding.Rule) bool { return r.ID == rule }) &&
			len(o.Groups)+len(o.Tags) == 0 && o.selects(facts.Subject{Kind: s.Kind, ID: s.ID, Region: s.Region}) && pictured(picture, s)
	}
}

// pictured reports whether a picture has the account and the region of a subject.
func pictured(picture *snapshot.Snapshot, s finding.Subject) bool {
	return slices.ContainsFunc(picture.Accounts(), func(a *snapshot.Account) bool {
		return a.ID == s.Account && (s.Region == "" || s.Region == snapshot.Global || slices.Contains(a.Regions, s.Region))
	})
}

func (r *Result) report(rules []finding.Rule, judged *verdicts, o Options) *finding.Report {
	out := &finding.Report{
		Schema:   finding.Schema,
		Tool:     finding.Tool{Name: "esaudit", Version: o.Version},
		Snapshot: finding.Snapshot{Digest: r.about.digest(), Accounts: []finding.Account{}},
		Rules:    rules,
		Findings: slices.DeleteFunc(finding.Visible(judged.findings, o.All), func(f finding.Finding) bool {
			return (f.Status == finding.Fail || f.Status == finding.Latent) && f.Severity < o.MinSeverity
		}),
		Summary: judged.summary(),
		Scope:   o.scope(r.Snapshot),
	}
	if judged.coverage != nil {
		out.Coverage = judged.coverage()
	} else {
		out.Coverage = r.about.coverage()
	}
	for _, a := range r.Snapshot.Accounts() {
		out.Snapshot.Accounts = append(out.Snapshot.Accounts, finding.Account{
			ID: a.ID, TakenAt: a.TakenAt.Format(time.RFC3339), Regions: append([]string{}, a.Regions...),
		})
	}
	return out
}

// scope is what was asked for; nil when that is everything that the estate has.
func (o Options) scope(s *snapshot.Snapshot) *finding.Scope {
	sc := finding.Scope{Clusters: o.Clusters, Groups: o.Groups, Tags: o.Tags}
	for _, a := range s.Accounts() {
		if len(o.Regions) > 0 && slices.ContainsFunc(a.Regions, func(region string) bool { return !slices.Contains(o.Regions, region) }) {
			sc.Regions = o.Regions
		}
	}
	if len(sc.Parts()) == 0 {
		return nil
	}
	return &sc
}

// Failed reports whether a finding counts at a threshold.
func (r *Result) Failed(threshold finding.Severity) bool {
	return slices.ContainsFunc(r.judged.findings, func(f finding.Finding) bool {
		return f.AtLeast(threshold) && (!r.options.NewOnly || f.Baseline != finding.Unchanged)
	})
}

// Owners are the owners of everything that was judged, sorted; "" stands for
// what has none.
func (r *Result) Owners() []string {
	var out []string
	r.judged.each(func(same tally, _ int) { out = append(out, same.owner) })
	slices.Sort(out)
	return slices.Compact(out)
}

// ReportOf is a report of the subjects of the owners that mine picks. whole asks for
// everything that was judged, also what passes or does not apply (which a lean
// audit has counted only).
func (r *Result) ReportOf(mine func(owner string) bool, whole bool) *finding.Report {
	o := r.options
	o.All = o.All || whole
	out := r.report(r.Report.Rules, r.judged.of(mine), o)
	out.Framework = r.Report.Framework
	if r.Report.Gone != nil {
		out.Gone = slices.DeleteFunc(slices.Clone(r.Report.Gone), func(g finding.Gone) bool { return !mine(g.Subject.Owner) })
	}
	return out
}

// Incomplete reports whether the picture is incomplete (CONTRACT 2, code 4): a
// call was denied or failed, or one that is needed was never made. With strict,
// unknowns that no call could settle count too.
func (r *Result) Incomplete(strict bool) bool {
	if !r.Report.Coverage.Complete {
		return true
	}
	return slices.ContainsFunc(r.judged.findings, func(f finding.Finding) bool {
		return f.Status == finding.Unknown && f.Waived == nil && (strict || f.Cause != finding.CauseUndecidable)
	})
}

// FactsJSON returns the facts document as rules see it (CONTRACT 7).
func (r *Result) FactsJSON() ([]byte, error) {
	g := r.Picture()
	doc := facts.Document{Schema: facts.Schema, Config: g.Config(), Subjects: slices.AppendSeq([]facts.Subject{}, r.options.subjects(g))}
	slices.SortStableFunc(doc.Subjects, func(a, b facts.Subject) int { return cmp.Compare(a.ARN, b.ARN) })
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write facts: %w", err)
	}
	return append(b, '\n'), nil
}

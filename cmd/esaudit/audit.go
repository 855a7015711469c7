package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"esaudit/audit"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/policies"
	"esaudit/report"
	"esaudit/snapshot"
)

// auditFlags are the flags of audit.
type auditFlags struct {
	format       choice
	output       string
	reports      []string
	facts        string
	regions      []string
	clusters     []string
	groups, tags []string
	ownerTag     string
	groupBy      choice
	rules, skip  []string
	own          []string // directories of the user's own rules
	optional     bool
	failOn       choice
	minSeverity  choice
	allowPartial bool
	all          bool
	strict       bool
	sarifProfile choice
	framework    string
	waivers      string
	baseline     string
	past         []string // earlier reports
	newOnly      bool
	plan         string // laid over the estate
	repository   string // where .tf files are looked for
	bundle       string // the directory of the evidence
	redact       redactFlags
	cache        cacheFlags
	live         *liveFlags
	flags        *pflag.FlagSet
}

// laterFormats are the formats of CONTRACT 1 that this version lacks.
func laterFormats() []string {
	return []string{"graphml"}
}

func (a *app) auditCommand() *cobra.Command {
	var severities []string
	for _, s := range finding.Severities() {
		severities = append(severities, s.String())
	}
	thresholds := append(severities[:len(severities)-1:len(severities)-1], "none")
	f := &auditFlags{
		format:       choice{value: "table", allowed: report.Formats(), later: laterFormats()},
		failOn:       choice{value: "high", allowed: thresholds},
		minSeverity:  choice{value: "info", allowed: severities},
		groupBy:      choice{value: report.BySeverity, allowed: []string{report.BySeverity, report.ByOwner}},
		sarifProfile: choice{value: report.ProfileGitHub, allowed: []string{report.ProfileGitHub, report.ProfileFull}},
		live:         newLiveFlags(),
	}
	cmd := &cobra.Command{
		Use:   "audit [ESTATE]",
		Short: "Judge an estate and report what is wrong: the main job",
		Example: `  esaudit audit demo
  esaudit audit recording/ --report sarif=esaudit.sarif --report json=esaudit.json
  esaudit audit estate.json.zst -f json --rule ES-NET-001 --fail-on critical
  esaudit audit tfplan.json --report sarif=esaudit.sarif
  esaudit audit estate.json.zst --plan tfplan.json`,
		Args: arguments(1),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, args []string) error { return a.audit(ctx, f, args) }),
	}
	flags := cmd.Flags()
	f.flags = flags
	flags.VarP(&f.format, "format", "f", "`FORMAT` of the report: "+strings.Join(report.Formats(), ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the report to `FILE` (default standard output)")
	flags.StringSliceVar(&f.reports, "report", nil, "write one more report, `FORMAT=FILE` (repeatable)")
	flags.StringVar(&f.bundle, "bundle", "", "write the evidence to the new directory `DIR`: snapshot, reports, manifest, digests to sign")
	flags.StringVar(&f.facts, "facts", "", "write what the rules see to `FILE`, as JSON")
	flags.StringSliceVar(&f.regions, "region", nil, "collect and judge this `REGION` only (repeatable; default all that the API knows)")
	f.live.addCollect(flags)
	f.redact.add(flags)
	f.cache.add(flags)
	flags.StringSliceVar(&f.clusters, "cluster", nil, "judge the cluster with this `ID` only (repeatable)")
	flags.StringSliceVar(&f.groups, "resource-group", nil, "judge what is in the resource group with this `ID` only (repeatable)")
	flags.StringSliceVar(&f.tags, "tag", nil, "judge what has tag `KEY[=VALUE]` only (repeatable: any value of a key, every key)")
	flags.StringVar(&f.ownerTag, "owner-tag", "", "the tag with this `KEY` names owners; {owner} in the name of a report writes one for each")
	flags.Var(&f.groupBy, "group-by", "what the table is in parts `BY`: severity, owner")
	flags.StringSliceVar(&f.rules, "rule", nil, "apply the rule with this `ID` only (repeatable)")
	flags.StringSliceVar(&f.skip, "skip-rule", nil, "leave out the rule with this `ID` (repeatable)")
	flags.StringSliceVar(&f.own, "rules", nil, "apply the rules of directory `DIR` too (repeatable)")
	flags.BoolVar(&f.optional, "optional", false, "apply optional rules too")
	flags.Var(&f.failOn, "fail-on", "end with 3 from this `SEVERITY`: "+strings.Join(thresholds, ", "))
	flags.Var(&f.minSeverity, "min-severity", "leave findings below this `SEVERITY` out of the report: "+strings.Join(severities, ", "))
	flags.BoolVar(&f.allowPartial, "allow-partial", false, "an incomplete picture is no reason to end with 4")
	flags.BoolVar(&f.all, "all", false, "report what passes and what does not apply too")
	flags.BoolVar(&f.strict, "strict", false, "what no call can settle counts as incomplete too")
	flags.StringVar(&f.waivers, "waivers", "", "accept for now what the waivers in `FILE` name")
	flags.StringVar(&f.baseline, "baseline", "", "mark what is new, changed or gone since the JSON report in `FILE`")
	flags.StringSliceVar(&f.past, "past", nil, "show the trend since the JSON report in `FILE` in the HTML report (repeatable)")
	flags.BoolVar(&f.newOnly, "new-only", false, "end with 3 only for what is new or changed since --baseline")
	flags.StringVar(&f.framework, "framework", "", "group what was judged by the controls of framework `NAME`: "+strings.Join(frameworkIDs(), ", "))
	flags.StringVar(&f.plan, "plan", "", "judge the estate as the plan in `FILE` leaves it: of corrections, or a Terraform plan")
	flags.StringVar(&f.repository, "repo-root", "", "name files relative to `DIR`, and look for .tf files there (default the working directory)")
	flags.Var(&f.sarifProfile, "sarif-profile", "`PROFILE` of SARIF, whom it is for: github, full")
	return cmd
}

// audit judges, writes every report, and says with its error how it ended.
func (a *app) audit(ctx context.Context, f *auditFlags, args []string) error {
	if len(args) > 0 {
		go a.largePages(args[0]) // while rules are looked at
	}
	list, err := a.destinations(f)
	if err != nil {
		return err
	}
	if err := a.checkRules(f); err != nil {
		return err
	}
	o, err := f.options(a)
	if err != nil {
		return err
	}
	past, err := a.readPast(f, list)
	if err != nil {
		return err
	}
	if o.Texts, err = a.textsOf(list); err != nil {
		return err
	}
	if o.Cache, err = f.cache.open(a); err != nil {
		return err
	}
	if o.Cache != nil {
		a.known = o.Cache.Texts()
	}
	if len(args) == 0 || args[0] == liveEstate {
		f.live.regions = f.regions
	}
	e, err := a.load(ctx, args, f.live)
	if err != nil {
		return err
	}
	if err := apart(list, e.file); err != nil {
		return err
	}
	if err := fits(int64(e.snapshot.Size()), toReport(list), "audit"); err != nil {
		return err
	}
	if e, err = f.redact.apply(a, e); err != nil {
		return err
	}
	o.Config = a.declared
	if o.Cache != nil && f.facts != "" {
		a.note("audit: --facts needs all facts: --cache is not used")
		o.Cache = nil
	}
	if e, err = a.plannedEstate(f, e, &o); err != nil {
		return err
	}
	if err := apart(list, e.plan); err != nil {
		return err
	}
	if err := a.checkScope(f, e.snapshot); err != nil {
		return err
	}
	trend, err := a.earlier(f, o.Baseline, past, e.snapshot)
	if err != nil {
		return err
	}
	e.snapshot.Limit(opened)
	a.heap.audited.Store(int64(e.snapshot.Size()))
	if e.snapshot.Size() > snapshot.KeptText {
		o.Batch = batch
	}
	o.Lean = !f.all && f.bundle == "" && !slices.ContainsFunc(list, func(d destination) bool { return report.Whole(d.format) })
	if o.Cache != nil {
		defer o.Cache.Wait()
	}
	result, err := audit.Run(ctx, e.snapshot, o)
	if err != nil {
		return f.blame(ctx, fmt.Errorf("audit: %w", err))
	}
	for _, text := range result.Notes {
		a.note("audit: %s: %s", f.waivers, o.Texts.Made(text))
	}
	a.noteNothing(f, result.Report)
	a.noteBaseline(f.baseline, o.Baseline, result.Report)
	a.notePast(past, trend, result.Report)
	for _, text := range outside(e.snapshot) {
		a.note("audit: outside of the model: %s", text)
	}
	if err := a.writeReports(ctx, list, result, e, f, trend); err != nil {
		return err
	}
	return f.outcome(result)
}

// plannedEstate lays the plan over the estate, if there is one, and says where
// values are written.
func (a *app) plannedEstate(f *auditFlags, e estate, o *audit.Options) (estate, error) {
	if f.plan != "" {
		p, err := a.lay(e, f.plan, f.repository)
		if err != nil {
			return estate{}, err
		}
		e, o.Stored = p.estate, p.stored
	} else {
		e.findSources(f.repository)
	}
	if e.origins != nil {
		o.Annotate = e.origins.annotate
	}
	return e, nil
}

// blame makes what went wrong with rules of the user's own theirs to mend.
func (f *auditFlags) blame(ctx context.Context, err error) error {
	if len(f.own) > 0 && ctx.Err() == nil {
		return usage(err)
	}
	return err
}

// destinations says what is written where, standard output last.
func (a *app) destinations(f *auditFlags) ([]destination, error) {
	list, err := parseReports(f.reports, report.Formats())
	if err != nil {
		return nil, usagef("read settings: %s: %w", a.sources["report"], err)
	}
	if err := free(f.bundle); err != nil {
		return nil, err
	}
	if f.facts != "" {
		list = append(list, destination{factsFormat, f.facts})
	}
	list = append(list, destination{f.format.value, f.output})
	return list, ready(list)
}

// factsFormat marks the destination of --facts.
const factsFormat = "facts"

func (a *app) checkRules(f *auditFlags) error {
	catalogue, err := a.catalogue(f.own)
	if err != nil {
		return err
	}
	if err := policies.CheckParameters(catalogue, a.declared.Parameters); err != nil {
		return usagef("read settings: %w", err)
	}
	if err := a.among("rule", "rule", f.rules, ruleIDs(catalogue)); err != nil {
		return err
	}
	if err := a.among("skip-rule", "rule", f.skip, ruleIDs(catalogue)); err != nil {
		return err
	}
	if asked := func(id string) bool { return !slices.Contains(f.skip, id) }; len(f.rules) > 0 && !slices.ContainsFunc(f.rules, asked) {
		return usagef("read settings: no rule is left: %s leaves out all that %s names", a.sources["skip-rule"], a.sources["rule"])
	}
	if f.framework != "" {
		if _, err := policies.FindFramework(f.framework, catalogue); err != nil {
			return usagef("read settings: %s: %w", a.sources["framework"], err)
		}
	}
	return nil
}

// frameworkIDs are the frameworks that come with the rules.
func frameworkIDs() []string {
	var ids []string
	all, err := policies.Frameworks()
	if err != nil {
		return nil
	}
	for _, f := range all {
		ids = append(ids, f.ID)
	}
	return ids
}

// checkScope refuses a region or a cluster that the estate does not have:
// nothing found there would read as clean.
func (a *app) checkScope(f *auditFlags, s *snapshot.Snapshot) error {
	var regions, clusters []string
	for _, account := range s.Accounts() {
		regions = append(regions, account.Regions...)
		for _, c := range account.Objects(snapshot.Cluster) {
			clusters = append(clusters, c.ID)
		}
	}
	if err := a.among("region", "region", f.regions, regions); err != nil {
		return err
	}
	return a.among("cluster", "cluster", f.clusters, clusters)
}

func (f *auditFlags) options(a *app) (audit.Options, error) {
	o := audit.Options{
		Config: a.declared, Rules: f.rules, SkipRules: f.skip, Optional: f.optional, OwnRules: directories(f.own), All: f.all,
		MinSeverity: severity(f.minSeverity.value), Regions: f.regions, Clusters: f.clusters, Groups: f.groups, Tags: f.tags, OwnerTag: f.ownerTag, Version: version,
		Framework: f.framework, NewOnly: f.newOnly,
	}
	if f.ownerTag == "" {
		for _, name := range append(slices.Clone(f.reports), f.output, f.facts) {
			if strings.Contains(name, ownerMark) {
				return o, usagef("read settings: %s: needs the tag that names owners (--owner-tag KEY)", name)
			}
		}
	}
	if f.bundle != "" && f.cache.dir != "" && within(f.bundle, f.cache.dir) {
		return o, usagef("read settings: %s: %s is in %s, which is new and holds evidence only; keep the cache elsewhere", a.sources["cache"], f.cache.dir, f.bundle)
	}
	if f.repository != "" {
		if info, err := os.Stat(f.repository); err != nil || !info.IsDir() {
			return o, usagef("read settings: %s: %s is no directory", a.sources["repo-root"], f.repository)
		}
	}
	if f.groupBy.value == report.ByOwner && f.ownerTag == "" {
		return o, usagef("read settings: %s: needs the tag that names owners (--owner-tag KEY)", a.sources["group-by"])
	}
	if f.newOnly && f.baseline == "" {
		return o, usagef("read settings: %s: needs a baseline (--baseline FILE)", a.sources["new-only"])
	}
	var err error
	if f.waivers != "" {
		if o.Waivers, err = a.readWaivers(f.waivers, f.own); err != nil {
			return o, err
		}
	}
	if f.baseline != "" {
		o.Baseline, err = readBaseline(f.baseline)
	}
	return o, err
}

// severity reads a name that a flag has accepted; none is finding.NoSeverity.
func severity(name string) (s finding.Severity) {
	if s.UnmarshalText([]byte(name)) != nil {
		return finding.NoSeverity
	}
	return s
}

// writeReports renders everything first, so that a format that fails leaves no
// file behind.
func (a *app) writeReports(ctx context.Context, destinations []destination, result *audit.Result, e estate, f *auditFlags, past []finding.Past) error {
	list, err := routed(destinations, result, e.file)
	if err != nil {
		return err
	}
	outs := make([]*output, len(list))
	for i, d := range list {
		if outs[i], err = a.begin(ctx, d.destination); err != nil {
			return err
		}
		defer outs[i].abandon()
		if err := a.render(outs[i], d.destination, d.report, result, e, f, past); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, out := range outs {
		if err := out.finish(); err != nil {
			return err
		}
	}
	if f.bundle != "" {
		return a.writeBundle(ctx, result, e, f, past)
	}
	return nil
}

// render writes the report of a destination.
func (a *app) render(out io.Writer, d destination, r *finding.Report, result *audit.Result, e estate, f *auditFlags, past []finding.Past) error {
	if d.format == factsFormat {
		data, err := result.FactsJSON()
		if err == nil {
			_, err = out.Write(data)
		}
		return err
	}
	shown := a.screenFor(d)
	texts, err := a.texts(d)
	if err != nil {
		return err
	}
	var view *graph.View
	if report.Draws(d.format) {
		view = result.Picture().View()
	}
	o := report.Options{
		Snapshot: result.Snapshot, SnapshotURI: e.uri(), Width: shown.width, Color: shown.color, Unicode: shown.unicode,
		All: f.all, Profile: f.sarifProfile.value, GroupBy: f.groupBy.value, View: view, Past: past, Texts: texts, Written: e.written(),
	}
	if text := report.Left(d.format, r, o); text != "" {
		a.note("audit: %s: %s", d.format, text)
	}
	return report.Write(out, d.format, r, o)
}

// noteNothing warns of a tag or a resource group that nothing has: it may be
// misspelt, and a report of nothing reads as clean.
func (a *app) noteNothing(f *auditFlags, r *finding.Report) {
	if len(f.tags)+len(f.groups) > 0 && r.Summary.Total() == 0 {
		a.note("audit: nothing was judged: no rule of this run is about anything of %s", r.Scope)
	}
}

// outcome turns what was found into the exit code (CONTRACT 2).
func (f *auditFlags) outcome(result *audit.Result) error {
	if result.Failed(severity(f.failOn.value)) {
		return &ending{found, fmt.Errorf("audit: there are findings at or above %s (--fail-on)", f.failOn.value)}
	}
	if result.Incomplete(f.strict) && !f.allowPartial {
		return &ending{incomplete, fmt.Errorf("audit: the picture is incomplete: %s; --allow-partial accepts that", gaps(result.Report))}
	}
	return nil
}

// gaps says in a few words what is missing in a picture.
func gaps(r *finding.Report) string {
	denied, failed, skipped, absent := 0, 0, 0, 0
	for _, c := range r.Coverage.Calls {
		denied += c.Denied
		failed += c.Failed
		skipped += c.Skipped
		if c.Absent {
			absent++
		}
	}
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{denied, "denied"}, {failed, "failed"}, {skipped, "skipped"}, {absent, "never made"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s %s", p.n, plural(p.n, "call"), p.what))
		}
	}
	switch {
	case len(r.Snapshot.Accounts) == 0:
		return "it holds no account"
	case len(parts) == 0:
		return fmt.Sprintf("%d unknown", r.Summary.Unknown)
	}
	return strings.Join(parts, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

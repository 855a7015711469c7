package audit

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"runtime"
	"slices"

	"esaudit/cache"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/lang"
	"esaudit/locality"
	"esaudit/policies"
	"esaudit/snapshot"

	"golang.org/x/sync/errgroup"
)

// Cache is where an audit keeps what rules say, and finds what they said.
type Cache struct {
	Store   *cache.Store
	Program string                 // names this build of the program: another one finds nothing
	Note    func(string)           // says what was not believed, or could not be kept
	Told    func(known, parts int) // of how many parts of the estate all was known

	// Judged is told of how many subjects rules were asked, and of how many facts were
	// made: of some at a time, by any goroutine. nil for nobody.
	Judged func(judged, made int)
}

// cached is an audit with a cache: the parts of its estate, what each rests on,
// and what is known of it.
type cached struct {
	*Cache
	name     cache.Key // of the rules, what is declared, and the accounts
	whole    *snapshot.Snapshot
	division *locality.Division
	asked    snapshot.Asked  // what objects were asked for when answers were found
	keys     []cache.Key     // by part; without the instant
	own      []string        // by part: what stands for what each object says of itself only
	instants string          // when accounts were read
	entries  []*entry        // by part; nil for what is not known
	others   map[string]bool // ids of the subjects of known parts that have to be judged again
	past     past            // what was said of subjects of parts that are not known
}

// judgeKept judges with the cache; ok is false when the whole has to be judged.
func (o Options) judgeKept(ctx context.Context, s *snapshot.Snapshot, in, spoken *policies.Engine) (g *graph.Graph, v *verdicts, ok bool, err error) {
	v = &verdicts{}
	j, judged, ok, err := o.kept(ctx, s, in, nil, v)
	if !ok || err != nil {
		return nil, nil, false, err
	}
	if spoken != nil {
		_, others, ok, err := o.kept(ctx, s, spoken, o.Texts, &verdicts{})
		if !ok || err != nil {
			return nil, nil, false, err
		}
		translated(judged, others)
	}
	if o.OwnerTag != "" {
		own(judged, j.doc, o.OwnerTag)
	}
	v.named, v.findings = j.named, judged
	return j.graph, v, true, nil
}

// kept is what rules that speak a language say of what is asked for, with the cache.
func (o Options) kept(ctx context.Context, s *snapshot.Snapshot, engine *policies.Engine, t *lang.Texts, v *verdicts) (judgement, []finding.Finding, bool, error) {
	j, ok, err := o.Cache.judge(ctx, engine, s, o, t)
	if !ok || err != nil {
		return j, nil, false, err
	}
	j.doc.Subjects = slices.DeleteFunc(j.doc.Subjects, func(x facts.Subject) bool { return !o.selects(x) })
	asked := map[string]bool{}
	for _, x := range j.doc.Subjects {
		asked[x.ARN] = true
	}
	j.results = slices.DeleteFunc(j.results, func(r policies.Result) bool { return !asked[r.Subject] })
	if o.Lean {
		var settled []policies.Settled
		j.results, settled = policies.Apart(j.doc, j.results)
		v.count(j.doc, settled, o.OwnerTag)
	}
	judged := sorted(s, j.doc, engine.Rules(), j.results)
	return j, judged, true, nil
}

// judge is what rules say of every subject. Of parts that are what they were, it is
// what is kept; the rest is judged, and kept. Subjects have no facts where their
// part was known, and the graph is nil when only parts were judged. ok
// is false when the whole has to be judged at once, because something that was not
// read may join what is known with what is not.
func (c *Cache) judge(ctx context.Context, engine *policies.Engine, s *snapshot.Snapshot, o Options, t *lang.Texts) (j judgement, ok bool, err error) {
	a := &cached{Cache: c, whole: s, others: map[string]bool{}}
	if err := a.entitle(engine, o, t); err != nil {
		return j, false, err
	}
	a.past = past{alike: newAlike(len(o.OwnRules) > 0), instants: a.instants, said: map[sum]answer{}}
	if len(o.OwnRules) == 0 { // or lines are what they were
		a.past.lines = s.Root()
	}
	a.load(o)
	d := a.division
	known := 0
	for _, e := range a.entries {
		if e != nil {
			known++
		}
	}
	alone := graph.Build(d.Only(func(part int) bool { return a.entries[part] == nil }), o.Config)
	if known == 0 {
		j.graph = alone
		err = a.judgeAll(ctx, engine, alone, &j)
	} else {
		err = a.judgeThese(ctx, engine, alone, divided(facts.BuildParts(s, alone).Subjects), &j)
	}
	if err != nil {
		return j, false, err
	}
	if j.graph == nil && doubtful(alone.Snapshot()) {
		c.Told(0, len(d.Parts))
		return j, false, nil
	}
	c.Told(known, len(d.Parts))
	if len(a.others) > 0 {
		if err := a.judgeThese(ctx, engine, alone, divided(a.again(o.Config)), &j); err != nil {
			return j, false, err
		}
	}
	j.named = map[int][]snapshot.Call{}
	fresh := a.named(alone.Snapshot(), j.named)
	if !doubtful(alone.Snapshot()) {
		if err := a.keep(o, j, fresh); err != nil {
			c.Note(err.Error())
		}
	}
	for _, e := range a.entries {
		if e != nil {
			if a.past.lines != nil {
				place(a.past.lines, e.results)
			}
			for _, n := range e.named {
				j.named[n.account] = append(j.named[n.account], n.call)
			}
			j.doc.Subjects, j.results = append(j.doc.Subjects, e.subjects...), append(j.results, e.results...)
		}
	}
	return j, true, nil
}

// judgeAll judges all subjects of a graph, some at a time.
func (a *cached) judgeAll(ctx context.Context, engine *policies.Engine, g *graph.Graph, to *judgement) error {
	making := facts.Make(g, func() facts.Checked { return facts.Check(g.Snapshot()) })
	if err := a.judgeThese(ctx, engine, g, making.Portions(portion), to); err != nil {
		return err
	}
	return a.judgeThese(ctx, engine, g, divided(making.Rest()), to)
}

// judgeThese judges portions, and adds to what is known already. Subjects are there
// without their facts: they know whether a rule saw when they were read.
func (a *cached) judgeThese(ctx context.Context, engine *policies.Engine, g *graph.Graph, portions iter.Seq[facts.Portion], to *judgement) error {
	to.doc.Schema, to.doc.Config = facts.Schema, g.Config()
	var judged []*judgement
	group, until := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for make := range portions {
		j := &judgement{doc: to.doc}
		judged = append(judged, j)
		group.Go(func() error {
			j.doc.Subjects = make()
			return a.judgePortion(until, engine, j)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, j := range judged {
		to.doc.Subjects, to.sums, to.results = append(to.doc.Subjects, j.doc.Subjects...), append(to.sums, j.sums...), append(to.results, j.results...)
	}
	return nil
}

// judgePortion judges the subjects of a document of which nothing is known, and drops
// the facts.
func (a *cached) judgePortion(ctx context.Context, engine *policies.Engine, j *judgement) error {
	j.doc.Watch()
	unknown := j.doc
	j.sums, unknown.Subjects, j.results = a.past.apart(j.doc.Subjects)
	if len(unknown.Subjects) > 0 {
		results, _, err := (Options{}).eval(ctx, engine, unknown)
		if err != nil {
			return err
		}
		j.results = append(j.results, results...)
	}
	if a.Judged != nil {
		a.Judged(len(unknown.Subjects), len(j.doc.Subjects))
	}
	for i := range j.doc.Subjects {
		j.doc.Subjects[i].Facts, j.doc.Subjects[i].Inconsistencies = nil, nil
	}
	return nil
}

// doubtful reports whether something of the network is not known, because it was not
// read. The directory is one part anyway.
func doubtful(s *snapshot.Snapshot) bool {
	return slices.ContainsFunc(s.Accounts(), func(a *snapshot.Account) bool {
		network, _ := a.Doubts()
		return network
	})
}

// again are the subjects of known parts of which an object says something else of
// itself: nothing else is any more what it was.
func (a *cached) again(c config.Config) []facts.Subject {
	concerned := map[int]bool{}
	for i, e := range a.entries {
		if e != nil && (e.forget(a.others) || e.own != a.own[i]) {
			concerned[i], e.kept = true, ""
		}
	}
	parts := a.division.Only(func(part int) bool { return concerned[part] })
	return facts.BuildSome(graph.Build(parts, c), a.others).Subjects
}

// differ notes the subjects of a known part of which an object says something else of
// itself than it did, and those of which a rule saw an instant that is another one now.
func (a *cached) differ(part int) {
	e := a.entries[part]
	if e.instants != a.instants {
		for _, s := range e.subjects {
			if e.timed[s.ARN] {
				a.others[s.ID] = true
			}
		}
	}
	was, is := e.own, a.own[part]
	if was == is {
		return
	}
	for i, o := range a.division.Parts[part].Objects {
		if at := i * locality.OwnSize; was[at:at+locality.OwnSize] != is[at:at+locality.OwnSize] {
			a.others[o.ID] = true
			for _, e := range endpointsOf(o) {
				a.others[e] = true
			}
		}
	}
}

// judgement is what rules say, and of what.
type judgement struct {
	graph   *graph.Graph
	doc     facts.Document
	sums    []sum // what stands for each subject that was made
	results []policies.Result
	named   map[int][]snapshot.Call // by account: the calls for what objects name
}

// named finds the calls for what objects of parts name that are not known: by
// account, and by part.
func (a *cached) named(alone *snapshot.Snapshot, all map[int][]snapshot.Call) map[int][]mention {
	parts := map[int][]mention{}
	for i, account := range alone.Accounts() {
		all[i] = nil
		eachReferenced(account, func(o snapshot.Object, c snapshot.Call) {
			all[i] = append(all[i], c)
			if part, placed := a.division.Of(o); placed {
				parts[part] = append(parts[part], mention{i, c})
			}
		})
	}
	return parts
}

// entitle works out the name that answers are kept under.
func (a *cached) entitle(engine *policies.Engine, o Options, t *lang.Texts) error {
	name := sha256.New()
	declared, err := json.Marshal(o.Config)
	if err != nil {
		return fmt.Errorf("write declarations: %w", err)
	}
	fmt.Fprintf(name, "%q %q %q\n", a.Program, t.Language(), declared)
	for _, r := range engine.Rules() {
		fmt.Fprintf(name, "rule %q\n", r.ID)
	}
	for _, dir := range o.OwnRules {
		if err := policies.Sources(dir, t, func(file string, text []byte) { fmt.Fprintf(name, "%q %q\n", file, text) }); err != nil {
			return fmt.Errorf("read rules: %w", err)
		}
	}
	for _, account := range a.whole.Accounts() {
		fmt.Fprintf(name, "account %q\n", account.ID)
		a.instants += fmt.Sprintln(account.TakenAt)
	}
	a.name = cache.Key(name.Sum(nil))
	return nil
}

// digest works out what each part rests on, where objects are asked for some
// attributes only.
func (a *cached) digest(o Options, asked snapshot.Asked) {
	a.asked, a.keys, a.own = asked, nil, nil
	parts, common := a.division.Digests(asked)
	for i, p := range a.division.Parts {
		h := sha256.New()
		h.Write(a.name[:])
		_, _ = io.WriteString(h, writtenAsked(asked))
		h.Write(common[:])
		h.Write(parts[i].Shared[:])
		fmt.Fprintf(h, "%q\n", facts.OfInstant(p.Objects))
		if len(o.OwnRules) > 0 { // they may say the lines of hops, or make some up
			h.Write(parts[i].Text[:])
			for _, obj := range p.Objects {
				fmt.Fprintf(h, "%d\n", obj.Node.Line())
			}
		}
		a.keys = append(a.keys, cache.Key(h.Sum(nil)))
		a.own = append(a.own, parts[i].Own)
	}
}

// load finds what is known of the parts.
func (a *cached) load(o Options) {
	kept, err := a.Store.Load(a.name)
	if err != nil {
		a.Note(err.Error() + "; everything is judged anew")
	}
	a.division = locality.Survey(a.whole, o.Config, kept[objectsKey])
	a.entries = make([]*entry, len(a.division.Parts))
	if len(kept) == 0 {
		return
	}
	asked, err := readAsked(kept[askedKey])
	if err != nil {
		a.Note(fmt.Sprintf("read cache: what was asked for is malformed (%v); everything is judged anew", err))
		return
	}
	a.digest(o, asked)
	parts := make(map[cache.Key]int, len(a.keys))
	for i, key := range a.keys {
		parts[key] = i
	}
	for key, text := range kept {
		if key == askedKey || key == objectsKey {
			continue
		}
		part, known := parts[key]
		e := &entry{}
		err := e.readHeaded(text)
		if err == nil && known && len(e.own) != len(a.own[part]) {
			err = errors.New("it is of other objects")
		}
		switch {
		case err != nil:
			a.Note(fmt.Sprintf("read cache: an answer is malformed (%v); it is judged anew", err))
		case known:
			a.entries[part] = e
			a.differ(part)
		default:
			a.past.remember(e)
		}
	}
}

// ids are the numbers of the parts that are judged, by the ids of what is in them.
func (a *cached) ids(fresh []*entry) map[string]int {
	out := map[string]int{}
	for part, e := range fresh {
		if e == nil || a.division.Parts[part].Directory { // whose names are anybody's
			continue
		}
		for _, o := range a.division.Parts[part].Objects {
			out[o.ID] = part
			for _, e := range endpointsOf(o) {
				out[e] = part
			}
		}
	}
	return out
}

// endpointsOf are the ids of the endpoints of a cluster.
func endpointsOf(o snapshot.Object) []string {
	if o.Kind != snapshot.Cluster {
		return nil
	}
	var out []string
	for _, e := range o.Aspect(snapshot.VPCEndpoints).Items() {
		out = append(out, e.Get("endpointId").Text())
	}
	return out
}

// keep keeps what is known of every part now.
func (a *cached) keep(o Options, j judgement, calls map[int][]mention) error {
	at := map[string]int{} // part by ARN
	fresh, some := make([]*entry, len(a.entries)), false
	for i, e := range a.entries {
		switch {
		case e == nil:
			fresh[i], some = &entry{named: calls[i], timed: map[string]bool{}, sums: map[string]sum{}}, true
		case e.kept == "":
			again := *e
			again.timed, again.sums = maps.Clone(e.timed), maps.Clone(e.sums)
			fresh[i], some = &again, true
		}
	}
	if !some {
		return nil
	}
	asked := a.asked.With(a.whole.Asked())
	if a.keys == nil || writtenAsked(asked) != writtenAsked(a.asked) {
		// What nobody asked for when an answer was found could be anything.
		a.digest(o, asked)
	}
	near := a.ids(fresh)
	for i, s := range j.doc.Subjects {
		part, known := near[s.ID]
		switch s.Kind {
		case "account", "region":
			continue
		case "ram-group", "ram-role", "ram-user":
			part, known = a.division.Directory()
		default:
			if !known {
				part, known = a.division.About(s.ID)
			}
		}
		if !known || fresh[part] == nil {
			return fmt.Errorf("keep answers: %s is of no part", s.ARN)
		}
		at[s.ARN] = part
		fresh[part].timed[s.ARN], fresh[part].sums[s.ARN] = s.TakenAt.Seen(), j.sums[i]
		s.TakenAt = facts.Instant{}
		fresh[part].subjects = append(fresh[part].subjects, s)
	}
	for _, r := range j.results {
		if part, known := at[r.Subject]; known {
			fresh[part].results = append(fresh[part].results, r)
		}
	}
	kept := map[cache.Key]string{askedKey: writtenAsked(asked), objectsKey: a.division.Kept()}
	for i, e := range a.entries {
		if fresh[i] != nil {
			e = fresh[i]
			e.kept = e.written()
		}
		if e.kept != "" {
			kept[a.keys[i]] = headed(a.instants, a.own[i], e.kept)
		}
	}
	return a.Store.Save(a.name, kept)
}

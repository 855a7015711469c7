package audit

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"sync"

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
	Told    func(known, parts int) // of how many parts all was known, but for what objects say of themselves

	// Judged is told of how many subjects rules were asked, and of how many facts were
	// made: of some at a time, by any goroutine. nil for nobody.
	Judged func(judged, made int)

	keeping sync.WaitGroup
	failed  []error              // why something could not be kept; nil for what was
	texts   map[cache.Key]string // what is kept of texts of documents
}

// Wait waits until everything that was found is kept: audits that end keep it while
// their reports are written.
func (c *Cache) Wait() {
	c.keeping.Wait()
	for _, err := range c.failed {
		if err != nil {
			c.Note(err.Error())
		}
	}
	c.failed = nil
}

// cached is an audit with a cache: the parts of its estate, what each rests on,
// and what is known of it.
type cached struct {
	*Cache
	name     cache.Key      // of the rules, what is declared, and the accounts
	numbers  map[string]int // of rules, by id
	whole    *snapshot.Snapshot
	division *locality.Division
	asked    snapshot.Asked // what objects were asked for when answers were found
	keys     []cache.Key    // by part; without the instant
	texts    []partText     // by part
	clocks   clocks
	instant  *facts.Instants // at which accounts were read
	own      []string        // by part: what stands for what each object says of itself only
	instants string          // when accounts were read
	entries  []*entry        // by part; nil for what is not known
	others   map[string]bool // ids of the subjects of known parts that have to be judged again
	changed  int             // how many of them are no longer what they were, whenever it was
	past     past            // what was said of subjects of parts that are not known
}

// judgeKept judges with the cache.
func (o Options) judgeKept(ctx context.Context, s *snapshot.Snapshot, in, spoken *policies.Engine) (*graph.Graph, *verdicts, error) {
	v := &verdicts{}
	j, turns, err := o.kept(ctx, s, in, nil, spoken != nil, v)
	if err != nil {
		return nil, nil, err
	}
	if spoken != nil {
		_, others, err := o.kept(ctx, s, spoken, o.Texts, true, &verdicts{})
		if err != nil {
			return nil, nil, err
		}
		for i := range min(len(turns), len(others)) {
			translated(turns[i], others[i])
		}
	}
	v.findings = slices.Concat(turns...)
	finding.Sort(v.findings)
	return j.graph, v, nil
}

// kept is what rules that speak a language say of what is asked for, with the cache: where
// two languages are to be compared, by turn, of which no two subjects share a name.
func (o Options) kept(ctx context.Context, s *snapshot.Snapshot, engine *policies.Engine, t *lang.Texts, compared bool, v *verdicts) (judgement, [][]finding.Finding, error) {
	j, err := o.Cache.judge(ctx, engine, s, o, t)
	if err != nil {
		return j, nil, err
	}
	if t == nil {
		v.coverage = ahead(func() finding.Coverage { return coverage(s, j.named) })
	}
	chosen, results := make([]*subject, 0, len(j.subjects)), 0
	for _, x := range j.subjects {
		if o.selects(x.Subject) {
			chosen = append(chosen, x)
			results += len(x.results)
		}
	}
	v.countAll(chosen, engine.Rules(), o.OwnerTag)
	inTurn := [][]*subject{chosen}
	if compared {
		inTurn = turnsOf(chosen, func(x *subject) string { return x.ARN })
	}
	var turns [][]finding.Finding
	rules := describe(engine).rules
	for _, turn := range inTurn {
		list := make([]outcome, 0, results)
		for _, x := range turn {
			for i := range x.results {
				list = append(list, outcome{&x.Subject, &x.results[i]})
			}
		}
		found := findings(s, rules, list, o.OwnerTag)
		if compared {
			finding.Sort(found)
		}
		turns = append(turns, found)
	}
	return j, turns, nil
}

// judge is what rules say of every subject. Of parts that are what they were, it is
// what is kept; the rest is judged, and kept. Subjects have no facts where their
// part was known, and the graph is nil when only parts were judged.
func (c *Cache) judge(ctx context.Context, engine *policies.Engine, s *snapshot.Snapshot, o Options, t *lang.Texts) (j judgement, err error) {
	a := &cached{Cache: c, numbers: map[string]int{}, whole: s, others: map[string]bool{}, clocks: clocks{}, instant: facts.InstantsOf(s)}
	if err := a.entitle(engine, o, t); err != nil {
		return j, err
	}
	own := len(o.OwnRules) > 0 // whose lines of hops are what they were
	a.past = past{alike: newAlike(c.Store.Derive("marks of facts"), own), instants: a.instants, root: s.Root(), kept: own, said: map[sum]answer{}}
	a.load(o)
	d, known := a.division, a.known()
	around := ahead(func() around { return a.around(o.Config) })
	alone, named := a.building(func(part int) bool { return a.entries[part] == nil }, o.Config)
	if known > 0 {
		if err := a.judgeAll(ctx, engine, alone, facts.MakeParts(s, alone), o.Lean, &j); err != nil {
			return j, err
		}
		doubt, err := a.judgeAgain(ctx, engine, around(), o.Lean, &j)
		if err != nil {
			return j, err
		}
		if doubt || doubtful(alone.Snapshot()) {
			a.distrust(j.subjects)
			j, known = judgement{}, 0
			alone, named = a.building(func(int) bool { return true }, o.Config)
		}
	}
	if known == 0 {
		j.graph = alone
		making := facts.Make(alone, func() facts.Checked { return facts.Check(alone.Snapshot()) })
		if err := a.judgeAll(ctx, engine, alone, making, o.Lean, &j); err != nil {
			return j, err
		}
	}
	c.Told(known, len(d.Parts))
	j.named = named().calls
	made, fresh, asked, doubt := j.subjects, named().parts, s.Asked(), doubtful(alone.Snapshot())
	a.add(&j)
	c.keeping.Wait() // of this audit in another language
	c.keeping.Go(func() {
		c.failed = append(c.failed, a.keep(o, made, fresh, asked, doubt))
		if t == nil { // or this is the second language
			c.failed = append(c.failed, c.keepTexts(s))
		}
	})
	return j, nil
}

// add adds what is known to what was judged.
func (a *cached) add(j *judgement) {
	subjects, calls := 0, map[int]int{}
	for _, e := range a.entries {
		if e != nil {
			subjects += len(e.subjects)
			for _, n := range e.named {
				calls[n.account]++
			}
		}
	}
	j.subjects = slices.Grow(j.subjects, subjects)
	for account, n := range calls {
		j.named[account] = slices.Grow(j.named[account], n)
	}
	for _, e := range a.entries {
		if e != nil {
			for _, n := range e.named {
				j.named[n.account] = append(j.named[n.account], n.call)
			}
			for i := range e.subjects {
				a.past.place(e.subjects[i].results, true)
				j.subjects = append(j.subjects, &e.subjects[i])
			}
		}
	}
}

// known is of how many parts it is known what rules say.
func (a *cached) known() (n int) {
	for _, e := range a.entries {
		if e != nil {
			n++
		}
	}
	return n
}

// distrust leaves no part known: something that was not read may join it with others.
// judged are subjects that were judged just now.
func (a *cached) distrust(judged []*subject) {
	a.past.remember(judged, a.instants)
	for i, e := range a.entries {
		if e != nil {
			a.past.remember(pointers(e.subjects), e.instants)
			a.entries[i] = nil
		}
	}
	clear(a.others)
}

// doubtful reports whether something of the network is not known, because it was not
// read. The directory is one part anyway.
func doubtful(s *snapshot.Snapshot) bool {
	return slices.ContainsFunc(s.Accounts(), func(a *snapshot.Account) bool {
		network, _ := a.Doubts()
		return network
	})
}

// around is what the subjects of known parts rest on that have to be judged again.
type around struct {
	parts   map[int]bool
	graph   *graph.Graph    // of these parts; nil for none
	readers map[string]bool // ids of more subjects, which read what these say
}

func (a *cached) around(c config.Config) (r around) {
	r.parts = map[int]bool{}
	for i, e := range a.entries {
		if e != nil && e.holds(a.others) {
			r.parts[i] = true
		}
	}
	if len(r.parts) > 0 {
		r.graph = graph.Build(a.division.Only(func(part int) bool { return r.parts[part] }), c)
		r.readers = facts.Readers(r.graph, a.others)
	}
	return r
}

// judgeAgain judges the subjects of known parts of which an object says something else
// of itself, and those that see an instant that is another one: nothing else is any more
// what it was. doubt says that something of the parts they are in is not known.
func (a *cached) judgeAgain(ctx context.Context, engine *policies.Engine, r around, lean bool, j *judgement) (doubt bool, err error) {
	if r.graph == nil {
		return false, nil
	}
	maps.Copy(a.others, r.readers)
	for i := range r.parts {
		a.entries[i].forget(a.others)
		a.entries[i].kept = ""
	}
	return doubtful(r.graph.Snapshot()), a.judgeAll(ctx, engine, r.graph, facts.MakeSome(r.graph, a.others), lean, j)
}

// differ notes the subjects of a known part of which an object says something else of
// itself than it did, and those of which a rule saw an instant that is another one now.
func (a *cached) differ(part int) {
	e := a.entries[part]
	was, is := e.own, a.own[part]
	if e.instants == a.instants && was == is {
		return
	}
	subjects := make(map[string]bool, len(e.subjects))
	for _, x := range e.subjects {
		subjects[x.ID] = true
		if x.timed && e.instants != a.instants {
			a.others[x.ID] = true
		}
	}
	for i, o := range a.division.Parts[part].Objects {
		if at := i * locality.OwnSize; was[at:at+locality.OwnSize] != is[at:at+locality.OwnSize] {
			for _, id := range append(endpointsOf(o), o.ID) {
				if subjects[id] { // whether there is one does not rest on what objects say of themselves
					a.others[id] = true
					a.changed++
				}
			}
		}
	}
}

// judgement is what rules say, and of what.
type judgement struct {
	graph    *graph.Graph
	subjects []*subject
	named    map[int][]snapshot.Call // by account: the calls for what objects name
}

// mentioned are the calls for what objects name.
type mentioned struct {
	calls map[int][]snapshot.Call // by account
	parts map[int][]mention       // by part
}

// building builds the graph of some parts. Meanwhile it is found what their objects name.
func (a *cached) building(which func(part int) bool, c config.Config) (*graph.Graph, func() mentioned) {
	alone := a.division.Only(which)
	named := ahead(func() mentioned { return a.named(alone) })
	return graph.Build(alone, c), named
}

// named finds the calls for what objects of parts name that are not known.
func (a *cached) named(alone *snapshot.Snapshot) mentioned {
	all, parts := map[int][]snapshot.Call{}, map[int][]mention{}
	for i, account := range alone.Accounts() {
		about := 0
		for _, r := range references() {
			about += len(account.Objects(r.kind))
		}
		all[i] = make([]snapshot.Call, 0, about)
		eachReferenced(account, func(o snapshot.Object, c snapshot.Call) {
			all[i] = append(all[i], c)
			if part, placed := a.division.Of(o); placed {
				if parts[part] == nil {
					parts[part] = make([]mention, 0, len(a.division.Parts[part].Objects))
				}
				parts[part] = append(parts[part], mention{i, c})
			}
		})
	}
	return mentioned{all, parts}
}

// entitle works out the name that answers are kept under.
func (a *cached) entitle(engine *policies.Engine, o Options, t *lang.Texts) error {
	name := sha256.New()
	declared, err := json.Marshal(o.Config)
	if err != nil {
		return fmt.Errorf("write declarations: %w", err)
	}
	fmt.Fprintf(name, "%q %q %q %v\n", a.Program, t.Language(), declared, o.Lean)
	for i, r := range engine.Rules() {
		fmt.Fprintf(name, "rule %q\n", r.ID)
		a.numbers[r.ID] = i
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
	a.asked, a.keys, a.own, a.texts = asked, nil, nil, nil
	parts, common := a.division.Digests(asked)
	known := writtenAsked(asked)
	for i, p := range a.division.Parts {
		text := partText{parts[i].Shared, parts[i].Text}
		h := sha256.New()
		h.Write(a.name[:])
		_, _ = io.WriteString(h, known)
		h.Write(common[:])
		h.Write(parts[i].Shared[:])
		fmt.Fprintf(h, "%q\n", a.instant.Of(a.clocks.of(text, p.Objects)))
		if len(o.OwnRules) > 0 { // they may say the lines of hops, or make some up
			h.Write(parts[i].Text[:])
			for _, obj := range p.Objects {
				writeLines(h, obj.Node)
			}
		}
		a.keys = append(a.keys, cache.Key(h.Sum(nil)))
		a.own, a.texts = append(a.own, parts[i].Own), append(a.texts, text)
	}
}

// writeLines writes on which lines an object and what it holds stand, as far as its text
// does not say.
func writeLines(to io.Writer, n *snapshot.Node) {
	fmt.Fprintf(to, "%d\n", n.Line())
	if !n.AsCanonical() {
		for _, item := range n.Items() {
			writeLines(to, item)
		}
	}
}

// load finds what is known of the parts.
func (a *cached) load(o Options) {
	kept, err := a.Store.Load(a.name)
	if err != nil {
		a.Note(err.Error() + "; everything is judged anew")
	}
	a.division = locality.Survey(a.whole, o.Config, kept[objectsKey], a.said, a.marksSecret())
	a.entries = make([]*entry, len(a.division.Parts))
	if len(kept) == 0 {
		return
	}
	asked, err := readAsked(kept[askedKey])
	if err != nil {
		a.Note(fmt.Sprintf("read cache: what was asked for is malformed (%v); everything is judged anew", err))
		return
	}
	if a.clocks, err = readClocks(kept[clocksKey], a.whole); err != nil {
		a.Note(fmt.Sprintf("read cache: what depends on instants is malformed (%v); it is found anew", err))
	}
	a.digest(o, asked)
	parts := make(map[cache.Key]int, len(a.keys))
	for i, key := range a.keys {
		parts[key] = i
	}
	delete(kept, askedKey)
	delete(kept, clocksKey)
	delete(kept, objectsKey)
	placing := func(key cache.Key) placing {
		part, known := parts[key]
		return a.placing(part, known)
	}
	for key, e := range readEntries(kept, len(a.numbers), placing) {
		part, known := parts[key]
		if e.wrong == nil && known && len(e.own) != len(a.own[part]) {
			e.wrong = errors.New("it is of other objects")
		}
		switch {
		case e.wrong != nil:
			a.Note(fmt.Sprintf("read cache: an answer is malformed (%v); it is judged anew", e.wrong))
		case known:
			a.entries[part] = e
			a.differ(part)
		default:
			a.past.remember(pointers(e.subjects), e.instants)
		}
	}
}

// said is what objects said of the estate of which answers are kept, if it is still there.
func (a *cached) said(sum [sha256.Size]byte) string {
	kept, err := a.Store.Load(a.saidName())
	if err != nil {
		a.Note(err.Error() + "; all objects are divided anew")
	}
	return kept[sum]
}

// saidName is the name under which it is kept what objects say.
func (a *cached) saidName() cache.Key {
	return sha256.Sum256(append([]byte("what objects say "), a.name[:]...))
}

// readEntries reads all entries that are kept of so many rules, on all processors.
func readEntries(kept map[cache.Key]string, rules int, lines func(cache.Key) placing) map[cache.Key]*entry {
	out := make(map[cache.Key]*entry, len(kept))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for key, text := range kept {
		e := &entry{}
		out[key] = e
		group.Go(func() error {
			e.wrong = e.readHeaded(text, rules, lines(key))
			return nil
		})
	}
	_ = group.Wait() // what is wrong is told with each
	return out
}

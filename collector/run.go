package collector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// Options say what is collected, and where it is kept.
type Options struct {
	Account     string        // the account's id, where the API does not tell it
	Home        string        // the region where what is asked once is asked; default cn-hangzhou
	Regions     []string      // the regions to collect; none: those the API knows
	Only        []string      // the products to ask, of Products; none: all
	Cluster     []string      // the clusters whose own calls are made, by id; none: all
	Attribution bool          // ask who changed what, too
	Workers     int           // the most requests at a time, those that the caller holds back included; default 1024
	Timeout     time.Duration // when it is over, what was not asked is skipped; 0: never
	Record      string        // the directory of the recording; "" keeps none
	Resume      bool          // Record holds one: what was read is not asked again
	// Since is the account as an earlier run found it: what the vendor says has not
	// changed since is taken over. nil: everything is asked.
	Since   *snapshot.Account
	OnEvent func(Event) // progress; called from one goroutine at a time
}

// Event is a step of progress: where a product stands, and the call that has
// ended. Call is zero when calls were only planned.
type Event struct {
	Product        string
	Done, Expected int // calls of the product: ended, and planned so far
	Call           snapshot.Call
	State          snapshot.State
	Code           string // why it was not read
}

// What an API that cannot be used answers: nothing, or that it does not know
// who asks.
var (
	ErrNoAnswer = errors.New("the API does not answer")
	ErrRefused  = errors.New("the API refuses the credentials")
)

// RegionError is a region that was asked for and that the API does not know.
type RegionError struct {
	Region string
	Known  []string // sorted
}

func (e *RegionError) Error() string {
	return fmt.Sprintf("unknown region %q (one of %s)", e.Region, strings.Join(e.Known, ", "))
}

// OptionError is an option that cannot be used: a name that nobody knows, a
// directory that holds something else or cannot be made.
type OptionError struct{ Err error }

func (e *OptionError) Error() string { return e.Err.Error() }
func (e *OptionError) Unwrap() error { return e.Err }

const (
	defaultHome    = "cn-hangzhou"
	defaultWorkers = 1024
	unknownAccount = "unknown" // when nobody tells whose it is

	// grace is how long a run that ends waits for the requests under way.
	grace = time.Second
	// silence is how many requests have no answer before the run gives up,
	// when none had one.
	silence = 8
)

// Collect asks the API for everything that a snapshot holds, and returns the
// answers for Assemble, in the order of the plan: what was refused, what failed
// and what was not asked (status -1) included, and without secrets. They are
// what the recording holds, if one is kept.
//
// When ctx ends, Collect returns its cause within two seconds, and the recording
// stays for Resume. Other errors: ErrNoAnswer, ErrRefused, *RegionError and
// *OptionError, which are of who asks; a recording that cannot be written.
func Collect(ctx context.Context, caller api.Caller, o Options) (recording.Part, error) {
	r, err := newRun(caller, o)
	if err != nil {
		return recording.Part{}, fmt.Errorf("collect: %w", &OptionError{err})
	}
	part, err := r.collect(ctx)
	if err != nil {
		return recording.Part{}, fmt.Errorf("collect: %w", errors.Join(err, r.close()))
	}
	return part, nil
}

// run is one run of the plan. One goroutine holds it; requests are made by
// others, which get a call and give back its answer.
type run struct {
	options Options
	caller  api.Caller
	ops     map[string]*Op // the catalogue, by "product.operation"
	steps   []step
	named   map[string][]dependent // by the answers that name what they are made for

	calls   map[string]*call // planned so far, by key
	queue   queue
	flying  int // requests under way
	results chan result
	counts  map[string]*Event // by product

	head     recording.Part // account, instant and regions, as far as they are known
	fixed    bool           // the instant stays: who asks, or a run that is resumed, told it
	journal  *recording.Journal
	started  bool                        // it knows that
	recorded map[string][]api.Answer     // of the run that is resumed, by key
	listed   map[identity]*snapshot.Node // items of lists whose time of change covers another call

	closed   string // why nothing is asked; "" where it is
	answered bool   // the API said something
	read     bool   // and not only who it does not know
	silent   int    // requests without an answer
	unheard  error  // why the first of them had none
	refused  error  // how the API first said that it does not know who asks
	err      error  // why the run ends
}

// dependent is a step made for what an answer names.
type dependent struct {
	step   int
	naming naming
}

// result is what came back for a call's request.
type result struct {
	call   *call
	answer api.Answer
	err    error
	late   bool // the time for it was over
}

// newRun checks the options and opens the recording.
func newRun(caller api.Caller, o Options) (*run, error) {
	if o.Home == "" {
		o.Home = defaultHome
	}
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	for _, region := range append([]string{o.Home}, o.Regions...) {
		if !isName(region) {
			return nil, fmt.Errorf("%q is no region: letters, digits, - and _", region)
		}
	}
	for _, product := range o.Only {
		if !slices.Contains(Products(), product) {
			return nil, fmt.Errorf("unknown product %q (one of %s)", product, strings.Join(Products(), ", "))
		}
	}
	r := &run{
		options: o, caller: caller, ops: map[string]*Op{}, steps: plan(), named: map[string][]dependent{},
		calls: map[string]*call{}, results: make(chan result, o.Workers), counts: map[string]*Event{}, recorded: map[string][]api.Answer{},
		listed: map[identity]*snapshot.Node{},
	}
	if o.Attribution {
		r.steps = append(r.steps, planAttribution()...)
	}
	for _, op := range Catalogue() {
		r.ops[op.Product+"."+op.Operation] = &op
	}
	for i, s := range r.steps {
		for _, n := range s.named {
			r.named[n.answer] = append(r.named[n.answer], dependent{i, n})
		}
	}
	return r, r.open()
}

// isName reports whether a text may be a region's or an account's name: what the
// vendor's client accepts, [a-zA-Z0-9_-]+.
func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')
	})
}

// open opens the recording, and takes up what it holds.
func (r *run) open() (err error) {
	switch o := r.options; {
	case o.Record == "" && o.Resume:
		return errors.New("nothing is resumed without the directory of a recording")
	case o.Record == "":
		return nil
	case !o.Resume:
		r.journal, err = recording.Begin(o.Record)
		return err
	}
	var part recording.Part
	if r.journal, part, err = recording.Resume(r.options.Record); err != nil {
		return err
	}
	r.head, r.fixed = recording.Part{Account: part.Account, TakenAt: part.TakenAt}, !part.TakenAt.IsZero()
	if r.started = r.fixed; part.Account == unknownAccount {
		r.head.Account = ""
	}
	last := ""
	for _, a := range part.Answers {
		key := callKey(a.Request)
		if key != last {
			delete(r.recorded, key) // a later attempt counts
		}
		r.recorded[key] = append(r.recorded[key], a)
		last = key
	}
	return nil
}

func (r *run) close() error {
	if r.journal == nil {
		return nil
	}
	return r.journal.Close()
}

// collect makes the calls and puts their answers in order.
func (r *run) collect(parent context.Context) (recording.Part, error) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	if r.options.Timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, r.options.Timeout)
		defer stop()
	}
	r.planOnce()
	r.loop(ctx)
	over := ctx.Err() != nil
	cancel()
	r.drain()
	switch {
	case r.err != nil:
		return recording.Part{}, r.err
	case parent.Err() != nil:
		return recording.Part{}, context.Cause(parent)
	case !r.answered:
		return recording.Part{}, r.mute()
	case !r.read && r.refused != nil:
		return recording.Part{}, r.refused
	case over:
		r.skipRest()
	}
	if r.err != nil {
		return recording.Part{}, r.err
	}
	return r.finish()
}

// loop makes requests until every call has ended, or the run does.
func (r *run) loop(ctx context.Context) {
	for r.err == nil && ctx.Err() == nil {
		for r.flying < r.options.Workers && !r.holds() {
			c := r.queue.next()
			if c == nil {
				break
			}
			r.ask(ctx, c)
		}
		if r.flying == 0 {
			return
		}
		select {
		case res := <-r.results:
			r.take(res)
		case <-ctx.Done():
		}
	}
}

// holds reports whether nothing more is asked for now: an answer says that the
// API does not know who asks, none says that it does, and the one to the call
// that decides it is on its way.
func (r *run) holds() bool {
	if r.refused == nil || r.read {
		return false
	}
	for _, c := range r.calls {
		if c.name() == identityCall && c.asked {
			return true
		}
	}
	return false
}

// ask makes the next request of a call. A request gives back one result, and
// results holds as many as there are requests, so that none waits for the run.
func (r *run) ask(ctx context.Context, c *call) {
	r.flying++
	c.asked = true
	request := c.request()
	go func() {
		a, err := r.caller.Call(ctx, request)
		a.Request = request
		r.results <- result{c, a, err, ctx.Err() != nil}
	}()
}

// drain takes what comes back from requests under way, for a moment.
func (r *run) drain() {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	for r.flying > 0 {
		select {
		case res := <-r.results:
			r.take(res)
		case <-timer.C:
			return
		}
	}
}

// fail ends the run.
func (r *run) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *run) mute() error {
	if r.unheard == nil {
		return ErrNoAnswer
	}
	return fmt.Errorf("%w: %w", ErrNoAnswer, r.unheard)
}

// finish puts the answers in order and writes the recording.
func (r *run) finish() (recording.Part, error) {
	if r.head.TakenAt.IsZero() {
		return recording.Part{}, errors.New("no answer of the API says what time it is (HTTP Date)")
	}
	var entries []recording.Entry
	for _, c := range r.ordered() {
		entries = append(entries, c.entries...)
	}
	slices.Sort(r.head.Regions)
	if r.journal != nil {
		if err := r.journal.Finish(r.head, entries); err != nil {
			return recording.Part{}, err
		}
	}
	part := r.head
	part.Answers = recording.Answers(entries)
	return part, nil
}

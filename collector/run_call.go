package collector

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// call is one planned call: an operation with its own parameters, all of its
// pages.
type call struct {
	step   int // index into the plan
	op     *Op
	region string // "" for global services
	params map[string]string
	text   string // the parameters as one text, for their order

	pager   pager
	page    map[string]string // the next page's parameters
	entries []recording.Entry
	lines   []*line // of the entries
	asked   bool    // a request is under way, or was when the run ended
	ended   bool
}

func (c *call) name() string { return c.op.Product + "." + c.op.Operation }

func (c *call) request() api.Request {
	return api.Request{
		Region: c.region, Product: c.op.Product, Operation: c.op.Operation, Params: maps.Clone(c.params), Page: maps.Clone(c.page),
	}
}

// callKey names the call that a request is of.
func callKey(q api.Request) string {
	return q.Region + "\x00" + q.Product + "." + q.Operation + "\x00" + paramText(q.Params)
}

func paramText(params map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(params)) {
		b.WriteString(name + "=" + params[name] + "\x00")
	}
	return b.String()
}

// ordered returns the calls in the order of a recording: what is of no region
// first, then by region, and in each as the plan goes. It does not depend on when
// answers came.
func (r *run) ordered() []*call {
	return slices.SortedFunc(maps.Values(r.calls), func(a, b *call) int {
		return cmp.Or(cmp.Compare(a.region, b.region), cmp.Compare(a.step, b.step), cmp.Compare(a.text, b.text))
	})
}

// planOnce plans what is not made for regions.
func (r *run) planOnce() {
	for i, s := range r.steps {
		if s.scope == once {
			r.addAll(i, r.options.Home)
		}
	}
}

// planRegions plans what is made in every region.
func (r *run) planRegions() {
	for i, s := range r.steps {
		if s.scope == perRegion && len(s.named) == 0 {
			for _, region := range r.head.Regions {
				r.addAll(i, region)
			}
		}
	}
}

func (r *run) addAll(step int, region string) {
	if len(r.steps[step].params) == 0 {
		r.add(step, region, nil)
	}
	for _, params := range r.steps[step].params {
		r.add(step, region, r.dated(&r.steps[step], params))
	}
}

// add plans a call, unless it is planned already.
func (r *run) add(step int, region string, params map[string]string) {
	s := &r.steps[step]
	c := &call{
		step: step, op: r.ops[s.product+"."+s.operation], region: region, params: params, text: paramText(params),
		pager: pager{paging: s.paging}, page: s.paging.first(),
	}
	if c.op.Global {
		c.region = ""
	}
	key := callKey(c.request())
	if r.calls[key] != nil {
		return
	}
	r.calls[key] = c
	r.count(c).Expected++
	r.report(c, Event{})
	switch {
	case r.closed != "":
		r.skip(c, r.closed)
	case r.excluded(c):
		r.skip(c, "the product was not asked for")
	case r.passedOver(c):
		r.skip(c, "the cluster was not asked for")
	case r.reuse(c, r.recorded[key]):
	case r.carry(c):
	default:
		r.queue.add(c)
	}
}

// excluded reports whether a call is of a product that was not asked for. Whose
// account it is, and where to look, is asked always.
func (r *run) excluded(c *call) bool {
	return len(r.options.Only) > 0 && !slices.Contains(r.options.Only, c.op.Product) && c.name() != identityCall && c.name() != regionsCall
}

// passedOver reports whether a call is one of a cluster that was not asked for.
func (r *run) passedOver(c *call) bool {
	id := c.params["InstanceId"]
	return len(r.options.Cluster) > 0 && c.op.Product == "elasticsearch" && id != "" && !slices.Contains(r.options.Cluster, id)
}

// reuse takes the answers of an earlier run, when they are all pages of a list
// that was read. Who asks is asked again.
func (r *run) reuse(c *call, answers []api.Answer) bool {
	if len(answers) == 0 || c.name() == identityCall {
		return false
	}
	old := *c
	for i, a := range answers {
		params, cut := old.accept(r.ops, a)
		if last := i == len(answers)-1; cut != "" || (params == nil) != last {
			return false
		}
	}
	if state, _ := old.outcome(); state != snapshot.Read {
		return false
	}
	*c = old
	for _, l := range c.lines {
		r.follow(l)
	}
	r.end(c, false)
	return true
}

// accept takes in a page. It returns the parameters of the next one, as pager
// does.
func (c *call) accept(ops map[string]*Op, a api.Answer) (next map[string]string, cut string) {
	l, _ := readLine(ops, a)
	c.entries = append(c.entries, recording.NewEntry(a))
	c.lines = append(c.lines, l)
	return c.pager.next(l)
}

// outcome is what has come of the call.
func (c *call) outcome() (snapshot.State, string) {
	state, code := worst(c.lines)
	if state == snapshot.Read {
		if why := c.op.unfinished(c.lines); why != "" {
			return snapshot.Incomplete, why
		}
	}
	return state, code
}

// take takes in what came back for a request.
func (r *run) take(res result) {
	c := res.call
	r.flying--
	r.queue.done(c)
	if res.late && (res.err != nil || res.answer.Status <= 0) {
		return // skipRest says so
	}
	c.asked = false
	if res.err != nil {
		r.hearNothing(res.err)
		r.skip(c, res.err.Error())
		return
	}
	next, cut := c.accept(r.ops, res.answer)
	l := c.lines[len(c.lines)-1]
	r.hear(c, res.answer, l)
	r.follow(l)
	switch {
	case next != nil:
		c.page = next
		r.queue.again(c)
	case cut != "":
		r.skip(c, cut)
	default:
		r.end(c, true)
	}
}

// hear finds out whether there is an API at all, what time it has, and whether it
// knows who asks.
func (r *run) hear(c *call, a api.Answer, l *line) {
	switch {
	case a.Status <= 0:
		r.hearNothing(fmt.Errorf("%s: %s", c.name(), cmp.Or(a.Err, "nothing came back")))
	case l.body.Kind() != snapshot.Map:
		r.hearNothing(fmt.Errorf("%s: HTTP %d without an answer of the vendor's", c.name(), a.Status))
	default:
		r.answered = true
		r.clock(c, a.Date)
		r.judge(c, l)
	}
}

// hearNothing counts a request without an answer.
func (r *run) hearNothing(why error) {
	r.silent++
	if r.unheard == nil {
		r.unheard = why
	}
	if !r.answered && r.silent >= silence {
		r.fail(r.mute())
	}
}

// clock takes the instant of the recording from the API: what time it was when
// it said who asks, else the earliest of its answers.
func (r *run) clock(c *call, date string) {
	at, err := http.ParseTime(date)
	if err != nil || r.fixed {
		return
	}
	if c.name() == identityCall {
		r.fixed = true
	} else if !r.head.TakenAt.IsZero() && !at.Before(r.head.TakenAt) {
		return
	}
	r.head.TakenAt = at.UTC().Truncate(time.Second)
}

// judge finds out whether the API knows who asks. With the identity refused, no
// other call can be answered.
func (r *run) judge(c *call, l *line) {
	switch {
	case l.state == snapshot.Read || l.state == snapshot.Denied && !strange(l.code):
		r.read = true
	case strange(l.code):
		if r.refused == nil {
			r.refused = fmt.Errorf("%w: %s: %s", ErrRefused, c.name(), l.code)
		}
		if !r.read && c.name() == identityCall {
			r.fail(r.refused)
		}
	}
}

// strange reports whether a vendor's error code says that a key, its signature
// or its clock is wrong.
func strange(code string) bool {
	for _, prefix := range []string{
		"InvalidAccessKey", "InvalidSecurityToken", "MissingSecurityToken", "MalformedSecurityToken", "SignatureDoesNotMatch",
		"IncompleteSignature", "InvalidTimeStamp", "IllegalTimestamp",
	} {
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}

// follow plans the calls that an answer names.
func (r *run) follow(l *line) {
	if l.state != snapshot.Read {
		return
	}
	region := l.region
	r.note(l)
	for _, d := range r.named[l.op.Product+"."+l.op.Operation] {
		for _, params := range d.naming.calls(l) {
			for _, more := range r.steps[d.step].params {
				maps.Copy(params, more)
			}
			r.add(d.step, region, params)
		}
	}
}

// skip ends a call whose next request is not made.
func (r *run) skip(c *call, why string) {
	c.accept(r.ops, api.Answer{Request: c.request(), Status: -1, Err: "skipped: " + why})
	r.end(c, false)
}

// skipRest ends what the time was too short for, and what that would have named.
func (r *run) skipRest() {
	const why = "timeout"
	for rest := r.unended(); len(rest) > 0; rest = r.unended() {
		for _, c := range rest {
			if c.asked {
				c.accept(r.ops, api.Answer{Request: c.request(), Err: why})
				r.end(c, false)
			} else {
				r.skip(c, why)
			}
		}
	}
}

// unended returns the calls that have not ended.
func (r *run) unended() []*call {
	return slices.DeleteFunc(r.ordered(), func(c *call) bool { return c.ended })
}

// end keeps what came of a call and goes on from there.
func (r *run) end(c *call, keep bool) {
	c.ended = true
	state, code := c.outcome()
	if keep && state == snapshot.Read {
		r.keep(c)
	}
	lines := c.lines
	c.lines = nil // the entries have it all
	r.count(c).Done++
	call := snapshot.Call{Region: lines[0].region, Product: c.op.Product, Operation: c.op.Operation, Subject: lines[0].ids[0]}
	r.report(c, Event{Call: call, State: state, Code: code})
	switch c.name() {
	case identityCall:
		r.identify(lines[0])
	case regionsCall:
		r.locate(lines[0])
	}
}

// keep writes down what was read, for a run that is resumed.
func (r *run) keep(c *call) {
	if r.journal == nil {
		return
	}
	if !r.started {
		r.start()
	}
	if err := r.journal.Append(c.entries); err != nil {
		r.fail(err)
	}
}

// start writes down whose recording it is and when it was begun, as far as that
// is known.
func (r *run) start() {
	if r.journal == nil || r.head.TakenAt.IsZero() || r.err != nil {
		return
	}
	r.started = true
	head := r.head
	head.Account = cmp.Or(head.Account, r.options.Account, unknownAccount)
	if err := r.journal.Started(head); err != nil {
		r.fail(err)
	}
}

func (r *run) count(c *call) *Event {
	if r.counts[c.op.Product] == nil {
		r.counts[c.op.Product] = &Event{Product: c.op.Product}
	}
	return r.counts[c.op.Product]
}

func (r *run) report(c *call, e Event) {
	if r.options.OnEvent == nil {
		return
	}
	count := r.count(c)
	e.Product, e.Done, e.Expected = count.Product, count.Done, count.Expected
	r.options.OnEvent(e)
}

// identify learns whose account it is.
func (r *run) identify(l *line) {
	account := r.options.Account
	if id := l.body.Get("AccountId").Text(); l.state == snapshot.Read && isName(id) {
		account = id
	}
	if old := r.head.Account; old != "" && account != "" && old != account {
		r.fail(&OptionError{fmt.Errorf("resume %s: it is a recording of account %s, and account %s asks", r.options.Record, old, account)})
		return
	}
	r.head.Account = cmp.Or(account, r.head.Account, unknownAccount)
	if err := r.checkSince(); err != nil {
		r.fail(&OptionError{err})
		return
	}
	r.start()
}

// locate learns which regions there are, and plans what is asked in each.
func (r *run) locate(l *line) {
	var known []string
	if l.state == snapshot.Read {
		for _, item := range l.payload.Items() {
			if id := item.Get("regionId").Text(); isName(id) {
				known = append(known, id)
			}
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	r.head.Regions = known
	if asked := r.options.Regions; len(asked) > 0 {
		for _, region := range asked {
			if len(known) > 0 && !slices.Contains(known, region) {
				r.fail(&RegionError{region, known})
				return
			}
		}
		r.head.Regions = slices.Compact(slices.Sorted(slices.Values(asked)))
	}
	if err := r.checkSinceRegions(); err != nil {
		r.fail(&OptionError{err})
		return
	}
	r.planRegions()
}

package snapshot

import (
	"fmt"
	"slices"
	"time"
)

// State says what came of a call. The zero value is NeverMade.
type State uint8

// The states of a call, from nothing known to read.
const (
	NeverMade  State = iota
	Skipped          // planned, not made
	Throttled        // refused for its rate
	Failed           // no answer, or one that is not well formed
	Denied           // refused for a missing permission
	Incomplete       // answered, but pages are missing
	Narrowed         // answered for a part of the objects only
	Read             // read completely
)

var stateNames = [...]string{"absent", "skipped", "throttled", "failed", "denied", "incomplete", "narrowed", "read"}

func (s State) String() string { return stateNames[s] }

// ParseState reads a state's name.
func ParseState(name string) (State, error) {
	i := slices.Index(stateNames[:], name)
	if i < 0 {
		return NeverMade, fmt.Errorf("unknown state of a call %q (one of %v)", name, stateNames)
	}
	return State(i), nil
}

// Call names one question to the vendor. Subject is what SEMANTICS 2 takes it
// from (an instance id, "System/PolicyName", ...); "" for the list of a region.
// Region is Global for services without regions.
type Call struct {
	Region, Product, Operation, Subject string
}

// Coverage is what came of all calls of one kind in one region.
type Coverage struct {
	Region, Product, Operation string
	Subjects                   map[State][]string // by state, sorted
	Codes                      map[string]string  // of a subject that was not read: the vendor's error code
	AsOf                       map[string]string  // of a subject that an earlier run read and this one did not ask again: when, RFC 3339

	stated []stated // Subjects, for who looks for one
}

// stated are the subjects of calls that are in one state, sorted.
type stated struct {
	state    State
	subjects []string
}

// Count returns how many subjects are in one of the states.
func (c Coverage) Count(states ...State) int {
	n := 0
	for _, s := range states {
		n += len(c.Subjects[s])
	}
	return n
}

// Coverage returns what came of all calls, by region, product and operation.
// The caller must not change it.
func (a *Account) Coverage() []Coverage { return a.calls }

// Answer returns what came of one call; NeverMade when nothing is known of it.
func (a *Account) Answer(c Call) State {
	state, _ := a.answered(c)
	return state
}

// answered is Answer; known is false when nothing is known of the call. Subjects
// are looked for where Coverage lists them: to keep each call by itself would take
// more memory than most objects do.
func (a *Account) answered(c Call) (state State, known bool) {
	subject := c.Subject
	c.Subject = ""
	for _, i := range a.places[c] {
		for _, of := range a.calls[i].stated {
			if _, found := slices.BinarySearch(of.subjects, subject); found {
				return of.state, true
			}
		}
	}
	return NeverMade, false
}

// Read reports whether a call was read completely.
func (a *Account) Read(c Call) bool { return a.Answer(c) == Read }

// ReadAt returns when a call was read completely: when the account was, or the
// earlier run that it was taken over from. Zero: it was not.
func (a *Account) ReadAt(c Call) time.Time {
	if !a.Read(c) {
		return time.Time{}
	}
	if text := a.said(c, func(of Coverage) map[string]string { return of.AsOf }); text != "" {
		if at, err := time.Parse(time.RFC3339, text); err == nil { // as it did when it was read
			return at
		}
	}
	return a.TakenAt
}

// Code returns the vendor's error code of a call that was not read.
func (a *Account) Code(c Call) string {
	return a.said(c, func(of Coverage) map[string]string { return of.Codes })
}

// said returns what one of the maps of Coverage says of a call; "" for nothing.
func (a *Account) said(c Call, by func(Coverage) map[string]string) (text string) {
	subject := c.Subject
	c.Subject = ""
	for _, i := range a.places[c] {
		if other, said := by(a.calls[i])[subject]; said {
			text = other
		}
	}
	return text
}

func (a *Account) parseCoverage(n *Node) error {
	if n.Kind() != Array {
		return fmt.Errorf("%s/coverage: not an array", where(a.node))
	}
	for _, item := range n.Items() {
		c := Coverage{
			Region: item.Get("region").Text(), Product: item.Get("product").Text(), Operation: item.Get("operation").Text(),
			Subjects: map[State][]string{}, Codes: map[string]string{}, AsOf: map[string]string{},
		}
		if c.Product == "" || c.Operation == "" {
			return fmt.Errorf("%s: no product or operation", where(item))
		}
		call := Call{Region: c.Region, Product: c.Product, Operation: c.Operation}
		a.places[call] = append(a.places[call], len(a.calls))
		a.calls = append(a.calls, c)
		last := &a.calls[len(a.calls)-1]
		subjects := item.Get("subjects")
		for i, name := range subjects.Keys() {
			state, err := ParseState(name)
			if err != nil {
				return fmt.Errorf("%s: %w", where(subjects), err)
			}
			list := subjects.Items()[i]
			if c.Subjects[state], err = a.parseSubjects(call, list); err != nil {
				return err
			}
			last.stated = append(last.stated, stated{state, c.Subjects[state]})
			list.close()
		}
		for i, subject := range item.Get("codes").Keys() {
			c.Codes[subject] = item.Get("codes").Items()[i].Text()
		}
		if err := a.parseAsOf(c, item.Get("asOf")); err != nil {
			return err
		}
	}
	return nil
}

// parseSubjects reads the subjects of calls that are in one state, and sorts them.
// None of them has a state already.
func (a *Account) parseSubjects(call Call, n *Node) ([]string, error) {
	list := make([]string, 0, len(n.Items()))
	others := slices.ContainsFunc(a.places[call], func(i int) bool { return len(a.calls[i].stated) > 0 })
	for _, item := range n.Items() {
		subject, ok := item.Str()
		if !ok {
			return nil, fmt.Errorf("%s: not a string", where(item))
		}
		call.Subject = subject
		if others {
			if _, twice := a.answered(call); twice {
				return nil, fmt.Errorf("%s: %q has another state already", where(item), subject)
			}
		}
		list = append(list, subject)
	}
	if !slices.IsSorted(list) {
		slices.Sort(list)
	}
	for i := range list {
		if i > 0 && list[i] == list[i-1] {
			return nil, fmt.Errorf("%s: %q has another state already", where(n), list[i])
		}
	}
	return list, nil
}

// parseAsOf reads the instants of what was taken over from an earlier run.
func (a *Account) parseAsOf(c Coverage, n *Node) error {
	for i, subject := range n.Keys() {
		at := n.Items()[i].Text()
		if _, err := time.Parse(time.RFC3339, at); err != nil {
			return fmt.Errorf("%s: %q is no instant (RFC 3339)", where(n.Items()[i]), at)
		}
		if !a.Read(Call{c.Region, c.Product, c.Operation, subject}) {
			return fmt.Errorf("%s: %q was not read", where(n.Items()[i]), subject)
		}
		c.AsOf[subject] = at
	}
	return nil
}

// Node returns the canonical form of a coverage entry.
func (c Coverage) Node() *Node {
	subjects := map[string]*Node{}
	for state, list := range c.Subjects {
		list = slices.Clone(list)
		slices.Sort(list)
		subjects[state.String()] = NewStrings(list...)
	}
	codes := map[string]*Node{}
	for subject, code := range c.Codes {
		codes[subject] = NewString(code)
	}
	count := func(states ...State) *Node { return NewInt(int64(c.Count(states...))) }
	fields := map[string]*Node{
		"region": NewString(c.Region), "product": NewString(c.Product), "operation": NewString(c.Operation),
		"ok": count(Read, Narrowed), "denied": count(Denied), "failed": count(Failed, Incomplete),
		"throttled": count(Throttled), "skipped": count(Skipped), "subjects": NewObject(subjects),
	}
	if len(codes) > 0 {
		fields["codes"] = NewObject(codes)
	}
	if len(c.AsOf) > 0 {
		asOf := map[string]*Node{}
		for subject, at := range c.AsOf {
			asOf[subject] = NewString(at)
		}
		fields["asOf"] = NewObject(asOf)
	}
	return NewObject(fields)
}

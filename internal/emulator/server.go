package emulator

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"esaudit/collector/recording"
)

// Clock is what the Date of answers says.
type Clock uint8

// Recorded stands still at the instant the recording was taken; Advance goes on
// from there.
const (
	Recorded Clock = iota
	Advance
)

// ParseClock reads "recorded" or "advance".
func ParseClock(text string) (Clock, error) {
	switch text {
	case "recorded":
		return Recorded, nil
	case "advance":
		return Advance, nil
	}
	return Recorded, fmt.Errorf("parse clock %q: recorded or advance", text)
}

// Options are how a recording is served.
type Options struct {
	// Keys are accepted; none means TestKey. A key without Account is of the first
	// account; roles lead to the others.
	Keys   []Key
	Faults Faults
	Clock  Clock
	// Now is the local clock, which requests are signed by; nil means time.Now.
	Now func() time.Time
	// Hang is how long a call that was recorded as a timeout is left without an
	// answer when the client does not give up; 0 means a minute.
	Hang time.Duration
	// Before is called with every request that was let in, before it is carried
	// out; when it returns false, nothing is, and the connection is reset. After is
	// called when it was, before the answer is sent; when it returns false, the
	// connection is reset instead. No lock is held: both may send requests.
	Before, After func(Request) bool
	// Writable makes writes change what later reads see, in memory.
	Writable bool
	// State is a directory that keeps what writes change, on the disk before they
	// are answered; "" is none. It holds a recording. A server that takes it up
	// again goes on where the last one was.
	State string
	// Reads is how many requests see a change on its way (a cluster activating, an
	// endpoint connecting) before it is complete; 0 means DefaultReads, less none.
	Reads int
}

// DefaultReads is how many requests see a change on its way.
const DefaultReads = 2

// TestKey is the access key that is accepted when no other is asked for. It opens
// nothing but an emulator.
func TestKey() Key {
	return Key{ID: "LTAI5tEsauditEmulator001", Secret: "esaudit-emulator-opens-nothing"}
}

// Server answers requests from a recording. It is an http.Handler; Serve listens.
type Server struct {
	accounts map[string]*account
	lists    map[string]listing
	writers  map[string]writer
	world    *world // nil: writes are refused
	first    string // the account of keys that name none
	keys     []Key
	faults   Faults
	meters   meters
	clock    Clock
	now      func() time.Time
	hang     time.Duration
	began    time.Time
	before   func(Request) bool
	after    func(Request) bool

	mu       sync.Mutex
	nonces   nonces
	attempts map[[16]byte]int
	admitted int
	log      journal
}

// New makes a server of the parts of a recording, which stay as they are.
func New(parts []recording.Part, o Options) (*Server, error) {
	if len(parts) == 0 {
		return nil, errors.New("emulate recording: it holds no account")
	}
	s := &Server{
		accounts: map[string]*account{}, lists: listings(), faults: o.Faults, clock: o.Clock, now: o.Now, hang: o.Hang,
		attempts: map[[16]byte]int{}, keys: slices.Clone(o.Keys), writers: writers(), before: o.Before, after: o.After,
	}
	switch {
	case o.State != "":
		var err error
		s.world = newWorld(s.lists, o.reads())
		if parts, err = openState(o.State, parts, s.world); err != nil {
			return nil, err
		}
	case o.Writable:
		parts = clone(parts)
		s.world = newWorld(s.lists, o.reads())
	}
	accounts := load(parts, s.lists)
	s.first = accounts[0].id
	for _, a := range accounts {
		s.accounts[a.id] = a
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.hang == 0 {
		s.hang = time.Minute
	}
	s.began = s.now()
	if len(s.keys) == 0 {
		s.keys = []Key{TestKey()}
	}
	for i, k := range s.keys {
		switch {
		case k.ID == "" || k.Secret == "" || strings.ContainsAny(k.ID, ": \t\r\n") || strings.HasPrefix(k.ID, sessionPrefix) && k.Token == "":
			return nil, fmt.Errorf("emulate recording: key %d has no id that the vendor's clients can send, or no secret", i+1)
		case k.Account == "":
			s.keys[i].Account = s.first
		case s.accounts[k.Account] == nil:
			return nil, fmt.Errorf("emulate recording: key %s is of account %s, which is not recorded", k.ID, k.Account)
		}
	}
	return s, nil
}

func (o Options) reads() int {
	if o.Reads == 0 {
		return DefaultReads
	}
	return max(o.Reads, 0)
}

// clone copies the answers, which writes change. Bodies are compact, so that what
// is written as it was is no change.
func clone(parts []recording.Part) []recording.Part {
	out := slices.Clone(parts)
	for i := range out {
		out[i].Answers = slices.Clone(out[i].Answers)
		for n := range out[i].Answers {
			body := jsontext.Value(out[i].Answers[n].Body).Clone()
			if body.Compact(jsontext.PreserveRawStrings(true)) == nil { // else it is no JSON, and stays
				out[i].Answers[n].Body = body
			}
		}
	}
	return out
}

// Key is the first key that is accepted.
func (s *Server) Key() Key { return s.keys[0] }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.date(s.first))
	body, bad := readBody(w, r)
	if bad != nil {
		s.send(w, r, bad.response(hostName(r.Host), requestID(r.RequestURI)))
		return
	}
	if strings.HasPrefix(r.Header.Get("Authorization"), "ACS3-") {
		s.send(w, r, unsupportedSignature().response(hostName(r.Host), requestID(r.RequestURI)))
		return
	}
	c, bad := s.route(r, body)
	if bad == nil {
		bad = s.admit(c, r, body)
	}
	if bad != nil {
		s.note(c, trouble{}, bad.status, bad.code)
		s.send(w, r, bad.response(hostName(r.Host), requestID(r.RequestURI)))
		return
	}
	w.Header().Set("Date", s.date(c.account))
	c.attempt, c.number = s.count(c.identity(true))
	t := gather(s.faults.strike(c, func(q quota) bool { return !s.meters.exceeds(q, c, s.now()) }))
	pause(r.Context(), t.latency)
	out := response{broken: "reset"}
	if s.before == nil || s.before(c.request()) {
		out = s.answer(c, t)
	}
	s.note(c, t, out.status, out.code)
	if s.after != nil {
		done := c.request()
		done.Status, done.Code = out.status, out.code
		if !s.after(done) {
			out = response{broken: "reset"}
		}
	}
	s.send(w, r, out)
}

// admit finds out who asks.
func (s *Server) admit(c *call, r *http.Request, body []byte) (bad *refusal) {
	if unsigned(c) {
		if role := roleARN().FindStringSubmatch(c.params["RoleArn"]); role != nil && s.accounts[role[1]] != nil {
			c.account = role[1]
		} else {
			c.account = s.first
		}
		return nil
	}
	c.key, bad = s.authenticate(r, c, body)
	c.account = c.key.Account
	return bad
}

// answer does what a call asks for, with what faults do to it.
func (s *Server) answer(c *call, t trouble) response {
	id := requestID(c.identity(true), strconv.Itoa(c.attempt))
	s.precede(c, t)
	if out, ok := t.instead(c, id); ok {
		return out
	}
	out, bad := s.work(c, t, id)
	if bad != nil {
		out = bad.response(c.host, id)
	}
	return t.after(out, c, id)
}

// work is the one place where a call is carried out: reads from the recording,
// roles, and what changes something.
func (s *Server) work(c *call, t trouble, id string) (response, *refusal) {
	switch {
	case assumes(c):
		return s.assume(c)
	case c.write:
		return s.write(c, id)
	case s.world == nil:
		return s.accounts[c.account].recorded(c, t.twist())
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	if c.product == "nlb" && c.operation == "GetJobStatus" {
		return s.world.jobStatus(c, id)
	}
	out, bad := s.accounts[c.account].recorded(c, t.twist())
	if bad == nil && out.status == http.StatusOK {
		out.body = s.world.show(c, out.body)
	}
	return out, bad
}

// date is the Date header: the emulator's clock.
func (s *Server) date(account string) string { return s.instant(account).Format(http.TimeFormat) }

// maxAttempts bounds the calls whose attempts are counted; beyond it, counting
// begins anew.
const maxAttempts = 1 << 20

// count counts a call, and returns how many times it was made, and how many
// there were of all.
func (s *Server) count(identity string) (attempt, number int) {
	sum := sha256.Sum256([]byte(identity))
	key := [16]byte(sum[:16])
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.attempts) >= maxAttempts {
		clear(s.attempts)
	}
	s.attempts[key]++
	s.admitted++
	return s.attempts[key], s.admitted
}

// hangs reports how long a broken answer leaves the client waiting.
func (s *Server) hangs(out response) time.Duration {
	switch {
	case out.broken != "timeout":
		return 0
	case out.hang > 0:
		return out.hang
	}
	return s.hang
}

// send writes an answer, or breaks the connection.
func (s *Server) send(w http.ResponseWriter, r *http.Request, out response) {
	if out.broken != "" {
		breakOff(r.Context(), w, out.broken, s.hangs(out))
		return
	}
	kind := out.kind
	if kind == "" {
		kind = "application/json;charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(out.body)))
	if out.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(out.after.Seconds())))
	}
	w.WriteHeader(out.status)
	switch {
	case out.drop:
		write(w, out.body[:len(out.body)/2])
		panic(http.ErrAbortHandler) // net/http closes the connection without a word
	case out.slow > 0:
		trickle(r.Context(), w, out.body, out.slow)
	default:
		write(w, out.body)
	}
}

// write sends bytes at once. That the client went away is no matter of ours.
func write(w http.ResponseWriter, data []byte) {
	if _, err := w.Write(data); err == nil {
		_ = http.NewResponseController(w).Flush() // fails where there is no connection
	}
}

// trickle sends a body in pieces.
func trickle(ctx context.Context, w http.ResponseWriter, body []byte, d time.Duration) {
	const pieces = 8
	for piece := range slices.Chunk(body, len(body)/pieces+1) {
		pause(ctx, d/pieces)
		write(w, piece)
	}
}

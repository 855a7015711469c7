package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

// world is what there is beside the recorded answers once writes are served. Its
// lock guards the answers too.
type world struct {
	mu      sync.Mutex
	lists   map[string]listing
	disk    *disk     // nil: in memory only
	reads   int       // how many reads see what is on its way
	resumed time.Time // where the clock stood
	memory
}

// memory is the part of it that is kept on disk.
type memory struct {
	Serial  int                 `json:"serial"` // writes that had an effect
	Clock   time.Time           `json:"clock"`  // of the last of them
	Tokens  map[string]answered `json:"tokens"`
	Passing []passing           `json:"passing"`
	Jobs    map[string]job      `json:"jobs"`
	Added   map[string][]string `json:"added"` // members that opening a network gave an instance
	Writes  []Effect            `json:"writes"`
}

// job is an asynchronous change.
type job struct {
	About string `json:"about"` // the object that changes
	Left  int    `json:"left"`  // reads that find it processing
}

// answered is what the first request with a client token got.
type answered struct {
	Asked string         `json:"asked"` // digest of the parameters
	Body  jsontext.Value `json:"body"`
}

// Effect is a write that changed something. Every change is one Effect, however
// often it was asked for.
type Effect struct {
	Account   string            `json:"account"`
	Region    string            `json:"region"`
	Product   string            `json:"product"`
	Operation string            `json:"operation"`
	Params    map[string]string `json:"params"` // of path, query and form, without secrets
	Body      string            `json:"body"`   // SHA-256 of a JSON body, which may hold secrets; "" when there is none
	Rival     bool              `json:"rival"`  // of another writer: a fault
}

// passing is a value on its way: for some reads an object shows another one than
// it will have. The recorded answers hold the value that it will have.
type passing struct {
	Account string         `json:"account"`
	Names   []string       `json:"names"` // PRODUCT.OPERATION
	Key     string         `json:"key"`   // the member that holds the id
	ID      string         `json:"id"`
	Member  string         `json:"member"`
	Value   jsontext.Value `json:"value"`
	Left    int            `json:"left"` // requests that still show it
}

func newWorld(lists map[string]listing, reads int) *world {
	return &world{lists: lists, reads: reads, memory: memory{Tokens: map[string]answered{}, Jobs: map[string]job{}, Added: map[string][]string{}}}
}

// recall takes up what was kept.
func (w *world) recall(m memory) {
	fresh := w.memory
	w.memory, w.resumed = m, m.Clock
	if w.Tokens == nil {
		w.Tokens = fresh.Tokens
	}
	if w.Jobs == nil {
		w.Jobs = fresh.Jobs
	}
	if w.Added == nil {
		w.Added = fresh.Added
	}
}

// writer carries out a write on an edit. It returns the members of the answer
// beside the request's id.
type writer func(*edit) (object, *refusal)

// writers are the writes that are served.
func writers() map[string]writer {
	all := map[string]writer{}
	for product, some := range map[string]map[string]writer{
		"elasticsearch": elasticsearchWriters(), "slb": slbWriters(), "nlb": nlbWriters(),
		"privatelink": privatelinkWriters(), "ecs": ecsWriters(),
	} {
		for operation, w := range some {
			all[product+"."+operation] = w
		}
	}
	return all
}

// NotEmulated is the code of a write that is not served.
const NotEmulated = "NotEmulated"

// write carries out what would change something.
func (s *Server) write(c *call, id string) (response, *refusal) {
	do := s.writers[c.product+"."+c.operation]
	switch {
	case s.world == nil:
		return response{}, readOnly(c.operation)
	case c.key.ReadOnly:
		return response{}, forbidden(c)
	case do == nil:
		return response{}, &refusal{status: http.StatusNotImplemented, code: NotEmulated,
			message: fmt.Sprintf("%s is not emulated.", c.operation)}
	}
	w := s.world
	w.mu.Lock()
	defer w.mu.Unlock()
	token, asked := c.idempotency()
	if old, known := w.Tokens[token]; known && token != "" {
		if old.Asked != asked {
			return response{}, tokenReused(c)
		}
		return response{status: http.StatusOK, body: old.Body}, nil
	}
	if c.region == "" {
		c.region = s.accounts[c.account].home(c)
	}
	e := w.edit(s.accounts[c.account], c, s.instant(c.account), requestID(fmt.Sprint("new ", w.Serial), c.identity(true)))
	result, bad := do(e)
	dryRun := c.dryRun()
	switch {
	case bad != nil:
		return response{}, bad
	case dryRun && c.roa:
		return response{status: http.StatusOK, body: object{{"RequestId", quote(id)}, {"Result", []byte("{}")}}.bytes()}, nil
	case dryRun:
		return response{}, badRequest("DryRunOperation", "Request validation has been passed with DryRun flag set.")
	}
	if e.job != "" {
		result = append(result, member{"JobId", quote(e.job)})
	}
	body := append(object{{"RequestId", quote(id)}}, result...).bytes()
	if err := w.keep(e, token, answered{asked, body}); err != nil {
		return response{}, &refusal{status: http.StatusInternalServerError, code: "InternalError", message: err.Error()}
	}
	c.effect = e.changes()
	return response{status: http.StatusOK, body: body}, nil
}

// keep makes a write last.
func (w *world) keep(e *edit, token string, a answered) error {
	next := w.memory
	next.Tokens, next.Jobs, next.Added = maps.Clone(w.Tokens), maps.Clone(w.Jobs), maps.Clone(w.Added)
	if token != "" {
		next.Tokens[token] = a
	}
	if e.job != "" {
		next.Jobs[e.job] = job{e.about, w.reads}
	}
	maps.Copy(next.Added, e.added)
	next.Passing = slices.Clone(w.Passing)
	for _, p := range e.passing {
		next.Passing = slices.DeleteFunc(next.Passing, func(old passing) bool { return old.ID == p.ID && old.Member == p.Member })
		next.Passing = append(next.Passing, p)
	}
	if e.changes() {
		next.Serial++
		next.Clock = e.at
		next.Writes = append(slices.Clone(w.Writes), e.effect())
	}
	if w.disk != nil {
		if err := w.disk.save(next, e.bodies); err != nil {
			return err
		}
	}
	w.memory = next
	e.commit()
	return nil
}

func (e *edit) effect() Effect {
	c := e.call
	out := Effect{Account: c.account, Region: c.region, Product: c.product, Operation: c.operation, Rival: e.rival}
	out.Params = recording.NewEntry(api.Answer{Request: api.Request{Params: c.params}}).Params
	if len(c.body) > 0 {
		out.Body = digest(string(c.body))
	}
	return out
}

// Effects returns the writes that changed something, in order.
func (s *Server) Effects() []Effect {
	if s.world == nil {
		return nil
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	return slices.Clone(s.world.Writes)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// idempotency returns which token a request carries, and what it asks; the token
// is "" when there is none.
func (c *call) idempotency() (token, asked string) {
	if c.token == "" || c.product == "slb" { // slb knows tokens at creation only
		return "", ""
	}
	return strings.Join([]string{c.account, c.region, c.product, c.operation, c.token}, " "), digest(c.identity(true))
}

// dryRun reports whether a write is only to be checked. Of Elasticsearch one
// operation knows that, of slb none.
func (c *call) dryRun() bool {
	if c.roa {
		return c.operation == "CreateVpcEndpoint" && c.param("dryRun") == "true"
	}
	return c.product != "slb" && c.param("DryRun") == "true"
}

// tokenReused refuses a token that came with other parameters. The code is
// documented for nlb; ecs has its own.
func tokenReused(c *call) *refusal {
	code := "IdempotenceSignatureMismatch"
	if c.product == "ecs" {
		code = "IdempotentParameterMismatch"
	}
	return badRequest(code, "The request uses the same client token as a previous, but non-identical request.")
}

// pass makes an object show a value for some reads.
func (e *edit) pass(key, id, member string, value []byte, reads int, names ...string) {
	if reads <= 0 {
		return
	}
	if e.call.linger {
		reads *= lingering
	}
	e.passing = append(e.passing, passing{e.account.id, names, key, id, member, value, reads})
}

// lingering is how many times longer the fault linger makes things take.
const lingering = 10

// show puts values that are on their way into an answer, and counts the read.
func (w *world) show(c *call, body []byte) []byte {
	name := c.product + "." + c.operation
	left := w.Passing[:0:0]
	for _, p := range w.Passing {
		if o, err := parseObject(body); err == nil && p.Account == c.account && slices.Contains(p.Names, name) {
			if shown, seen := p.into(o, c.list); seen {
				body = shown.bytes()
				p.Left--
			}
		}
		if p.Left > 0 {
			left = append(left, p)
		}
	}
	w.Passing = left
	return body
}

// into writes the value into the object with the id, or into those in a list.
func (p passing) into(o object, l listing) (object, bool) {
	seen := false
	for _, path := range l.paths {
		elements, _ := parseArray(o.get(path)) // absent: none
		for i, raw := range elements {
			if item, err := parseObject(raw); err == nil && has(p.Key, p.ID)(item) {
				elements[i], seen = item.with(p.Member, p.Value).bytes(), true
			}
		}
		if seen {
			o = o.with(path, array(elements))
		}
	}
	if len(l.paths) > 0 {
		return o, seen
	}
	if has(p.Key, p.ID)(o) {
		return o.with(p.Member, p.Value), true
	}
	if has("Result."+p.Key, p.ID)(o) {
		return o.with("Result."+p.Member, p.Value), true
	}
	return o, false
}

// wait reports whether a member of an object is on its way to another value, so
// that a write has to wait. Being refused counts as a read: time goes on.
func (w *world) wait(account, id, member string) bool {
	for i, p := range w.Passing {
		if p.Account == account && (p.ID == id || id == "") && p.Member == member {
			if w.Passing[i].Left--; w.Passing[i].Left == 0 {
				w.Passing = slices.Delete(slices.Clone(w.Passing), i, i+1)
			}
			return true
		}
	}
	return false
}

// jobStatus answers GetJobStatus.
func (w *world) jobStatus(c *call, id string) (response, *refusal) {
	j, known := w.Jobs[c.param("JobId")]
	if !known {
		return response{}, &refusal{status: http.StatusNotFound, code: "ResourceNotFound.Job", message: "The specified job is not found."}
	}
	status := "Succeeded"
	if j.Left > 0 {
		status = "Processing"
		j.Left--
		w.Jobs[c.param("JobId")] = j
	} else {
		w.Passing = slices.DeleteFunc(slices.Clone(w.Passing), func(p passing) bool { return p.Account == c.account && p.ID == j.About })
	}
	return response{status: http.StatusOK, body: object{{"RequestId", quote(id)}, {"Status", quote(status)}}.bytes()}, nil
}

// home is the only region that knows an instance.
func (a *account) home(c *call) string {
	home := ""
	for _, region := range a.regions {
		if a.groups[place{region, "elasticsearch.DescribeInstance"}].find(map[string]string{"InstanceId": c.params["InstanceId"]}) != nil {
			if home != "" {
				return ""
			}
			home = region
		}
	}
	return home
}

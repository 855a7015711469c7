package rehearsal

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/cloud"
	"esaudit/collector/recording"
	"esaudit/finding"
	"esaudit/internal/emulator"
	"esaudit/snapshot"
)

const estates = "../../testdata/estates"

func long() bool { return os.Getenv("ESAUDIT_LONG") != "" }

func open(t *testing.T, dir string) recording.Part {
	t.Helper()
	r, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r.Parts[0]
}

// stage is a recording being served, and a way to it.
type stage struct {
	server *httptest.Server
	way    *cloud.Caller

	mu            sync.Mutex
	flying, crowd int // requests under way, and the most at once
}

// serve serves a recording with faults. Retries do not wait.
func serve(t *testing.T, p recording.Part, faults string) *stage {
	t.Helper()
	f, err := emulator.ParseFaults(faults)
	if err != nil {
		t.Fatal(err)
	}
	e, err := emulator.New([]recording.Part{p}, emulator.Options{Faults: f, Hang: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.enter(1)
		defer s.enter(-1)
		e.ServeHTTP(w, r)
	}))
	t.Cleanup(s.server.Close)
	key := e.Key()
	env := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": key.ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key.Secret}
	reads := map[string]bool{}
	for _, c := range collector.Reads() {
		reads[c.Product+"."+c.Operation] = true
	}
	c, err := cloud.New(cloud.Options{
		Allowed:  func(product, operation string) bool { return reads[product+"."+operation] },
		Getenv:   func(name string) string { return env[name] },
		Endpoint: s.server.URL, Clock: &eager{}, Rand: func() float64 { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	k, err := c.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.way = c.Caller(k)
	return s
}

func (s *stage) enter(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flying += n
	s.crowd = max(s.crowd, s.flying)
}

// eager is a clock that does not wait: it goes forward by what is slept. One that
// stood still would be asked again and again by who waits for a moment.
type eager struct{ slept atomic.Int64 }

func (c *eager) Now() time.Time { return time.Now().Add(time.Duration(c.slept.Load())) }

func (c *eager) Sleep(ctx context.Context, d time.Duration) error {
	c.slept.Add(int64(d))
	return ctx.Err()
}

// collect collects what is served.
func (s *stage) collect(t *testing.T, p recording.Part) recording.Part {
	t.Helper()
	o := collector.Options{Account: p.Account, Workers: 8}
	if len(p.Regions) > 0 {
		o.Home = p.Regions[0]
	}
	got, err := collector.Collect(t.Context(), s.way, o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func assemble(t *testing.T, p recording.Part) *snapshot.Snapshot {
	t.Helper()
	s, err := collector.Assemble([]recording.Part{p})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func judge(t *testing.T, s *snapshot.Snapshot) map[string]finding.Finding {
	t.Helper()
	r, err := audit.Run(t.Context(), s, audit.Options{All: true})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]finding.Finding{}
	for _, f := range r.Report.Findings {
		out[f.Rule+" "+f.Subject.ARN] = f
	}
	return out
}

// A recording that the collector wrote gives the same snapshot when it is
// served and collected again, byte for byte.
func TestServedAgainItIsTheSame(t *testing.T) {
	dirs, err := filepath.Glob(estates + "/*")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for i, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, "recording.json")); err != nil || !long() && i%7 != 0 && filepath.Base(dir) != "demo" {
			continue
		}
		first := open(t, dir)
		written := serve(t, first, "").collect(t, first)
		again := serve(t, written, "").collect(t, written)
		want, got := assemble(t, written), assemble(t, again)
		if tried++; want.Digest() != got.Digest() {
			t.Errorf("%s: the snapshot differs once it is served and collected again", dir)
		}
	}
	t.Logf("%d recordings served and collected again", tried)
	if tried < 5 {
		t.Errorf("only %d recordings", tried)
	}
}

// Under random faults the snapshot is the one without them, or coverage names a
// gap; and nothing passes that fails without them. What was written under faults
// gives the same snapshot when it is served again.
func TestChaos(t *testing.T) {
	seeds := 8
	if long() {
		seeds = 200
	}
	first := open(t, estates+"/net-001-open-group")
	calm := serve(t, first, "").collect(t, first)
	whole := assemble(t, calm)
	without := judge(t, whole)
	gaps := 0
	for seed := range seeds {
		shaken := serve(t, calm, fmt.Sprintf("random:%d:10%%", seed)).collect(t, calm)
		s := assemble(t, shaken)
		if s.Digest() != whole.Digest() {
			if gaps++; missing(s) == 0 {
				t.Errorf("seed %d: the snapshot differs, and coverage names no gap", seed)
			}
		}
		if again := assemble(t, serve(t, shaken, "").collect(t, shaken)); again.Digest() != s.Digest() {
			t.Errorf("seed %d: the snapshot differs once what was written under faults is served and collected again", seed)
		}
		for key, f := range judge(t, s) {
			if was, there := without[key]; there && f.Status == finding.Pass && was.Status != finding.Pass && was.Status != finding.NA {
				t.Errorf("seed %d: %s passes; without faults it is %s", seed, key, was.Status)
			}
		}
	}
	t.Logf("chaos: %d seeds, %d of them left gaps", seeds, gaps)
}

// missing counts the calls that were not read.
func missing(s *snapshot.Snapshot) int {
	n := 0
	for _, a := range s.Accounts() {
		for _, c := range a.Coverage() {
			n += c.Count(snapshot.Denied, snapshot.Failed, snapshot.Incomplete, snapshot.Throttled, snapshot.Skipped)
		}
	}
	return n
}

// Requests overlap: while one is waiting, others are under way.
func TestWorkOverlaps(t *testing.T) {
	first := open(t, estates+"/net-001-open-group")
	s := serve(t, first, "latency=20ms")
	s.collect(t, first)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.crowd < 4 {
		t.Errorf("at most %d requests were under way at once", s.crowd)
	}
}

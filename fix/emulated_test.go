package fix_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"esaudit/collector"
	"esaudit/collector/cloud"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/finding"
	"esaudit/fix"
	"esaudit/graph"
	"esaudit/internal/emulator"
	"esaudit/internal/estate"
	"esaudit/rulecase"
	"esaudit/snapshot"
)

// tenant is an account on the emulator, asked and changed by the vendor's client.
type tenant struct {
	t      *testing.T
	part   recording.Part
	server *emulator.Server
	cloud  *cloud.Cloud
	key    *cloud.Credentials
	config config.Config
	dir    string
}

// instant is a clock that takes no time: it goes forward by what is slept. One that
// stood still would be asked again and again by who waits for a moment.
type instant struct{ slept atomic.Int64 }

func (c *instant) Now() time.Time { return time.Now().Add(time.Duration(c.slept.Load())) }

func (c *instant) Sleep(ctx context.Context, d time.Duration) error {
	c.slept.Add(int64(d))
	return ctx.Err()
}

func newTenant(t *testing.T, part recording.Part, declared config.Config, o emulator.Options) *tenant {
	t.Helper()
	v := &tenant{t: t, part: part, config: declared, dir: t.TempDir()}
	var err error
	if v.server, err = emulator.New([]recording.Part{part}, o); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(v.server)
	t.Cleanup(web.Close)
	reads := map[string]bool{}
	for _, c := range collector.Reads() {
		reads[c.Product+"."+c.Operation] = true
	}
	env := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": v.server.Key().ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": v.server.Key().Secret}
	v.cloud, err = cloud.New(cloud.Options{
		Allowed: func(product, operation string) bool { return reads[product+"."+operation] },
		Getenv:  func(name string) string { return env[name] }, Endpoint: web.URL, Clock: &instant{},
	})
	if err == nil {
		v.key, err = v.cloud.Credentials(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.cloud.Close)
	return v
}

func (v *tenant) collect(ctx context.Context) (*snapshot.Snapshot, error) {
	part, err := collector.Collect(ctx, v.cloud.Caller(v.key), collector.Options{Account: v.part.Account, Regions: v.part.Regions})
	if err != nil {
		return nil, err
	}
	return collector.Assemble([]recording.Part{part})
}

var changing = regexp.MustCompile(`\s*"(updatedAt|takenAt|ModifiedTime)": "[^"]*",?`)

// anew are the ids of what is made anew when it is restored, and what is made of
// them.
var anew = regexp.MustCompile(`ep-[0-9a-z]+|sgr-[0-9a-z]+|"(createTime|CreateTime|EniIp|EniId)": "[^"]*"`)

// state is what is collected, but for instants.
func (v *tenant) state() string {
	v.t.Helper()
	s, err := v.collect(v.t.Context())
	if err != nil {
		v.t.Fatal(err)
	}
	return changing.ReplaceAllString(string(s.Canonical()), "")
}

func (v *tenant) options() fix.Options {
	caller := v.cloud.Caller(v.key)
	return fix.Options{
		Reader: caller, Writer: v.cloud.Writer(v.key), Files: fix.OSFiles{}, Journal: filepath.Join(v.dir, "plan.journal"), ID: "j1",
		Sleep: (&instant{}).Sleep, MaxAge: time.Hour, MaxChanges: 1000, AcceptLockout: true, AcceptIrreversible: true,
		Collect: func(ctx context.Context) (*graph.Graph, error) {
			s, err := v.collect(ctx)
			if err != nil {
				return nil, err
			}
			return graph.Build(s, v.config), nil
		},
	}
}

// everyRule takes a case of each rule that names a correction, and with full
// counts every one.
func (c *court) everyRule() map[string]rulecase.Case {
	out := map[string]rulecase.Case{}
	for _, set := range c.sets {
		for _, example := range set.Cases {
			if slices.ContainsFunc(example.Want, func(w rulecase.Wanted) bool { return w.Status == "fail" }) {
				out[set.Rule.ID+"/"+example.Name] = example
				if os.Getenv("ESAUDIT_LONG") == "" {
					break
				}
			}
		}
	}
	return out
}

// A plan of every correction is applied to the emulator by the vendor's client:
// everybody gets in who was promised to. Undone, the account is as it was but for
// what is made anew.
func TestEveryCorrection(t *testing.T) {
	c := theCourt(t)
	for name, example := range c.everyRule() {
		t.Run(name, func(t *testing.T) {
			rule, _, _ := strings.Cut(name, "/")
			declared, err := example.Declared()
			if err != nil {
				t.Fatal(err)
			}
			v := newTenant(t, edited(t, example)[0], declared, emulator.Options{Writable: true})
			s, err := v.collect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			side, err := c.judge(declared)(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			found := slices.DeleteFunc(side.Findings, func(f finding.Finding) bool { return f.Rule != rule })
			plan := c.plan(t, fix.Input{Snapshot: s, Config: declared, Findings: found, Restarts: true, AcceptLockout: true})
			if len(plan.Actions) == 0 {
				return
			}
			before := v.state()
			if _, err := fix.Apply(t.Context(), plan, v.options()); err != nil {
				t.Fatalf("apply: %v", err)
			}
			if len(v.server.Effects()) == 0 || v.state() == before {
				t.Fatal("it changes nothing")
			}
			made := false
			for _, a := range plan.Actions {
				if made = made || a.Recreates != ""; a.Inverse == nil {
					t.Logf("not restored: %s: %s", a.Title, a.NotUndoable)
					return
				}
			}
			if _, err := fix.Undo(t.Context(), v.options()); err != nil {
				t.Fatalf("undo: %v", err)
			}
			after := v.state()
			if made {
				before, after = sorted(anew.ReplaceAllString(before, "")), sorted(anew.ReplaceAllString(after, ""))
			}
			if d := cmp.Diff(before, after); d != "" {
				t.Errorf("undone, it is another: %s", d)
			}
		})
	}
}

// sorted puts the lines of a text in order, because that of items follows their
// ids.
func sorted(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, ",\n", "\n"), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Faults of the network and of the vendor, at random, on every request: resumed
// until it ends, a plan leaves the account as promised, and nothing was done
// twice.
func TestFaultyNetwork(t *testing.T) {
	runs := 3
	if os.Getenv("ESAUDIT_LONG") != "" {
		runs = 200
	}
	c := theCourt(t)
	part := estate.Demo().Part()
	s := demo(t)
	side, err := c.judge(config.Config{})(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	plan := c.plan(t, fix.Input{Snapshot: s, Findings: side.Findings, AcceptLockout: true})
	if len(plan.Actions) < 8 {
		t.Fatalf("%d actions", len(plan.Actions))
	}
	clean := newTenant(t, part, config.Config{}, emulator.Options{Writable: true})
	begin := clean.state()
	if _, err := fix.Apply(t.Context(), plan, clean.options()); err != nil {
		t.Fatal(err)
	}
	end, effects := clean.state(), len(clean.server.Effects())
	stops := 0
	for seed := range runs {
		f, err := emulator.ParseFaults(fmt.Sprintf("random:%d:15%%:throttle+500+503+reset+lost+conflict+linger", seed+1))
		if err != nil {
			t.Fatal(err)
		}
		state := filepath.Join(t.TempDir(), "state")
		v := newTenant(t, part, config.Config{}, emulator.Options{State: state, Faults: f})
		o := v.options()
		_, err = fix.Apply(t.Context(), plan, o)
		for o.Resume = true; err != nil && stops < 20*runs; stops++ {
			if _, none := os.Stat(o.Journal); none != nil {
				o.Resume = false
			}
			_, err = fix.Apply(t.Context(), plan, o)
			o.Resume = true
		}
		if err != nil {
			t.Fatalf("run %d: %v", seed, err)
		}
		if n := len(v.server.Effects()); n != effects {
			t.Errorf("run %d: %d effects, not %d", seed, n, effects)
		}
		after := newTenant(t, part, config.Config{}, emulator.Options{State: state})
		if d := cmp.Diff(end, after.rested()); d != "" {
			t.Errorf("run %d: %s", seed, d)
		}
		if _, err := fix.Undo(t.Context(), after.at(v.dir)); err != nil {
			t.Errorf("run %d: undo: %v", seed, err)
		}
		if d := cmp.Diff(begin, after.rested()); d != "" {
			t.Errorf("run %d: undone: %s", seed, d)
		}
	}
	t.Logf("%d runs, %d stops", runs, stops)
}

// rested is the state once nothing is on its way: a server that is started anew
// shows the last change again.
func (v *tenant) rested() string {
	state := v.state()
	for range 20 {
		if !strings.Contains(state, `"activating"`) && !strings.Contains(state, `"Configuring"`) {
			break
		}
		state = v.state()
	}
	return state
}

// at are options with the journal of another tenant.
func (v *tenant) at(dir string) fix.Options {
	v.dir = dir
	return v.options()
}

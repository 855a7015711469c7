package audit_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"esaudit/audit"
	"esaudit/cache"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/lang"
	"esaudit/report"
	"esaudit/snapshot"
)

// With what any audits of earlier estates left behind, an audit gives the bytes
// that it gives without, also where somebody damaged that.
func TestCacheChangesNothing(t *testing.T) {
	seeds := uint64(4)
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 120
	}
	some, damaged := 0, 0
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 31))
		c := openCache(t, t.TempDir(), "secret")
		s, declared := someEstate(t, seed)
		for step := range 4 {
			o := audit.Options{Config: declared, All: true}
			want := reported(t, s, o)
			o.Cache = c.Cache
			for again := range 2 {
				got := reported(t, s, o)
				if !bytes.Equal(got, want) || len(c.notes) > 0 {
					t.Fatalf("seed %d, step %d, time %d: %s; notes: %q", seed, step, again, firstDifference(got, want), c.notes)
				}
				if 0 < c.known && c.known < c.parts {
					some++
				}
			}
			if c.damage(t, r) {
				damaged++
				if got := reported(t, s, o); !bytes.Equal(got, want) || len(c.notes) != 2 {
					t.Fatalf("seed %d, step %d: damaged: %s; notes: %q", seed, step, firstDifference(got, want), c.notes)
				}
				c.notes = nil
			}
			s = next(t, r, s)
		}
	}
	t.Logf("%d audits knew some parts and judged others, %d times what was kept was damaged", some, damaged)
	if some < 2 || damaged < 4 {
		t.Error("too few")
	}
}

// What objects say of themselves only has their own subjects judged again, and
// nobody else's.
func TestCacheKnowsWhatOthersDoNotRestOn(t *testing.T) {
	for seed := uint64(1); seed < 4; seed++ {
		s, _ := someEstate(t, seed)
		r := rand.New(rand.NewPCG(seed, 32))
		c := openCache(t, t.TempDir(), "secret")
		reported(t, s, audit.Options{Cache: c.Cache})
		for range 3 {
			s = atInstant(t, restated(r, s, 10), 0)
			o := audit.Options{All: true, OwnerTag: "team"}
			want := reported(t, s, o)
			o.Cache = c.Cache
			for range 2 {
				if got := reported(t, s, o); !bytes.Equal(got, want) || len(c.notes) > 0 || c.known < c.parts-2 {
					t.Fatalf("seed %d: %d of %d parts are known: %s; notes: %q", seed, c.known, c.parts, firstDifference(got, want), c.notes)
				}
			}
		}
	}
}

// A cluster none of whose addresses is known any more may have any: what was said of
// other parts does not hold on.
func TestCacheKnowsThatAnAddressMayBeAnybodys(t *testing.T) {
	s, _ := someEstate(t, 1)
	c := openCache(t, t.TempDir(), "secret")
	reported(t, s, audit.Options{Cache: c.Cache})
	a := s.Accounts()[0]
	vpc := a.Objects(snapshot.Cluster)[0].Attr("networkConfig", "vpcId").Text()
	var edits []snapshot.Edit
	for _, o := range a.Objects(snapshot.VSwitch) {
		if o.Attr("VpcId").Text() == vpc {
			edits = append(edits, snapshot.Edit{Object: o})
		}
	}
	gone := atInstant(t, s.Edited(edits...), 0)
	want := reported(t, gone, audit.Options{All: true})
	if got := reported(t, gone, audit.Options{All: true, Cache: c.Cache}); !bytes.Equal(got, want) || c.known > 0 {
		t.Errorf("%d parts are known: %s", c.known, firstDifference(got, want))
	}
}

// What others wrote is not believed: with another secret, of other rules, of
// another build, of another declaration.
func TestCacheBelievesItself(t *testing.T) {
	dir := t.TempDir()
	s, _ := someEstate(t, 1)
	c := openCache(t, dir, "secret")
	reported(t, s, audit.Options{Cache: c.Cache})
	if reported(t, s, audit.Options{Cache: c.Cache}); c.known != c.parts || c.parts < 3 {
		t.Fatalf("%d of %d parts are known", c.known, c.parts)
	}
	forged := openCache(t, dir, "another")
	if reported(t, s, audit.Options{Cache: forged.Cache}); forged.known != 0 || len(forged.notes) != 2 {
		t.Errorf("signed with another secret: %d parts are known, notes %q", forged.known, forged.notes)
	}
	for name, o := range map[string]audit.Options{
		"other rules":    {SkipRules: []string{"ES-NET-001"}},
		"optional rules": {Optional: true},
		"a declaration":  {Config: config.Config{Partners: []string{"1234567890123457"}}},
	} {
		c := openCache(t, dir, "secret")
		want := reported(t, s, o)
		o.Cache = c.Cache
		if got := reported(t, s, o); !bytes.Equal(got, want) || c.known != 0 {
			t.Errorf("%s: %d parts are known", name, c.known)
		}
	}
	build := openCache(t, dir, "secret")
	build.Program = "another build"
	if reported(t, s, audit.Options{Cache: build.Cache}); build.known != 0 {
		t.Errorf("another build knows %d parts", build.known)
	}
}

// At another instant what rests on it is judged again, and nothing else: all parts
// are known.
func TestCacheKnowsTheInstant(t *testing.T) {
	s, _ := someEstate(t, 2)
	c := openCache(t, t.TempDir(), "secret")
	reported(t, s, audit.Options{Cache: c.Cache})
	later := atInstant(t, s, 31*24*time.Hour)
	want := reported(t, later, audit.Options{})
	if got := reported(t, later, audit.Options{Cache: c.Cache}); !bytes.Equal(got, want) {
		t.Errorf("later: %s", firstDifference(got, want))
	}
	if c.known != c.parts {
		t.Errorf("%d of %d parts are known later", c.known, c.parts)
	}
}

// How long a schedule leaves without a snapshot is not known where nobody knows when
// the account was read.
func TestCacheKnowsThatThereIsNoInstant(t *testing.T) {
	s, _ := someEstate(t, 2)
	by := map[*snapshot.Node]*snapshot.Node{}
	for _, o := range s.Accounts()[0].Objects(snapshot.Cluster) {
		by[o.Aspect(snapshot.SnapshotSetting).Get("QuartzRegex")] = snapshot.NewString("0 0 1 ? * *")
	}
	copied := func() *snapshot.Snapshot {
		out, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	known := copied()
	by[s.Root().Get("accounts").Items()[0].Get("takenAt")] = snapshot.NewString("0001-01-01T00:00:00Z")
	never := copied()
	c := openCache(t, t.TempDir(), "secret")
	reported(t, known, audit.Options{Cache: c.Cache})
	want := reported(t, never, audit.Options{})
	if !bytes.Contains(want, []byte("makes snapshots cannot be read")) {
		t.Fatal("every schedule was read")
	}
	if got := reported(t, never, audit.Options{Cache: c.Cache}); !bytes.Equal(got, want) {
		t.Error(firstDifference(got, want))
	}
}

// That a rule reads it is seen of each subject: what is said of an endpoint that
// waits is asked again later.
func TestCacheKnowsHowLongAnEndpointWaits(t *testing.T) {
	waiting := waitingEndpoint(t)
	o := audit.Options{Rules: []string{"ES-PVL-001"}}
	before, later := reported(t, waiting, o), atInstant(t, waiting, time.Hour)
	want := reported(t, later, o)
	if fails := []byte(`"status": "fail"`); bytes.Count(before, fails)+1 != bytes.Count(want, fails) {
		t.Fatal("no endpoint waits too long only later")
	}
	c := openCache(t, t.TempDir(), "secret")
	o.Cache = c.Cache
	reported(t, waiting, o)
	if got := reported(t, later, o); !bytes.Equal(got, want) {
		t.Errorf("later: %s", firstDifference(got, want))
	}
}

// waitingEndpoint is an estate with an endpoint that waits for half an hour.
func waitingEndpoint(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	s, _ := someEstate(t, 2)
	created := snapshot.NewString(s.Accounts()[0].TakenAt.Add(-30 * time.Minute).Format(time.RFC3339))
	by := map[*snapshot.Node]*snapshot.Node{}
	for _, o := range s.Accounts()[0].Objects(snapshot.Cluster) {
		for _, e := range o.Aspect(snapshot.VPCEndpoints).Items() {
			if e.Get("createTime").Exists() && len(by) == 0 {
				by[e.Get("createTime")], by[e.Get("connectionStatus")] = created, snapshot.NewString("Pending")
			}
		}
	}
	waiting, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
	if err != nil {
		t.Fatal(err)
	}
	return waiting
}

// Whose group a VPC is in is no matter of its own only: what is said of an endpoint
// service names the VPCs of other groups that connect.
func TestCacheKnowsTheGroupOfWhoConnects(t *testing.T) {
	s, _ := someEstate(t, 1)
	a := s.Accounts()[0]
	service, vpc := a.Objects(snapshot.EndpointService)[0], a.Objects(snapshot.VPC)[0]
	fields := service.Node.Clone(nil).Fields()
	attributes := fields["attributes"].Fields()
	attributes["ResourceGroupId"] = snapshot.NewString("rg-one")
	fields["attributes"] = snapshot.NewObject(attributes)
	fields[string(snapshot.Connections)] = snapshot.NewArray(snapshot.NewObject(map[string]*snapshot.Node{
		"EndpointId": snapshot.NewString("ep-1"), "EndpointOwnerId": snapshot.NewString(a.ID), "EndpointVpcId": snapshot.NewString(vpc.ID),
		"ConnectionStatus": snapshot.NewString("Connected"),
	}))
	s = s.Edited(snapshot.Edit{Object: service, Node: snapshot.NewObject(fields)})
	grouped := func(group string) *snapshot.Snapshot {
		vpc := s.Accounts()[0].Objects(snapshot.VPC)[0]
		fields, attributes := vpc.Node.Clone(nil).Fields(), vpc.Attr().Clone(nil).Fields()
		attributes["ResourceGroupId"] = snapshot.NewString(group)
		fields["attributes"] = snapshot.NewObject(attributes)
		return atInstant(t, s.Edited(snapshot.Edit{Object: vpc, Node: snapshot.NewObject(fields)}), 0)
	}
	c := openCache(t, t.TempDir(), "secret")
	before := reported(t, grouped("rg-one"), audit.Options{All: true, Cache: c.Cache})
	want := reported(t, grouped("rg-two"), audit.Options{All: true})
	if named := []byte("in a VPC of resource group rg-two"); bytes.Contains(before, named) || !bytes.Contains(want, named) {
		t.Fatal("nothing is said of the group")
	}
	if got := reported(t, grouped("rg-two"), audit.Options{All: true, Cache: c.Cache}); !bytes.Equal(got, want) {
		t.Error(firstDifference(got, want))
	}
}

// What serves a part of the questions serves them: scopes, owners, waivers,
// another language.
func TestCacheServesOptions(t *testing.T) {
	s, _ := someEstate(t, 3)
	c := openCache(t, t.TempDir(), "secret")
	zh, err := lang.Of("zh")
	if err != nil {
		t.Fatal(err)
	}
	cluster := s.Accounts()[0].Objects(snapshot.Cluster)[0].ID
	for name, o := range map[string]audit.Options{
		"cluster":   {Clusters: []string{cluster}},
		"tags":      {Tags: []string{"team"}},
		"owner":     {OwnerTag: "team"},
		"waivers":   {Waivers: []config.Waiver{{Rule: "ES-NET-001", Reason: "for now", Line: 1}}},
		"framework": {Framework: "mlps"},
		"lean":      {Framework: "mlps", OwnerTag: "team", Lean: true},
		"language":  {Texts: zh, Rules: []string{"ES-NET-001", "ES-DAT-001"}},
	} {
		want := reported(t, s, o)
		o.Cache = c.Cache
		for range 2 {
			if got := reported(t, s, o); !bytes.Equal(got, want) || len(c.notes) > 0 {
				t.Errorf("%s: %s; notes %q", name, firstDifference(got, want), c.notes)
			}
		}
		if c.known != c.parts {
			t.Errorf("%s: %d of %d parts are known", name, c.known, c.parts)
		}
	}
}

// Of a directory of rules only what rules are made of is looked at: a link in it that
// leads nowhere, or to a folder, is none.
func TestCacheKnowsTheRules(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"dangling", "folder"} {
		if err := os.Symlink(map[string]string{"dangling": "nowhere", "folder": t.TempDir()}[name], filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	s, _ := someEstate(t, 2)
	c := openCache(t, t.TempDir(), "secret")
	o := audit.Options{OwnRules: []fs.FS{os.DirFS(dir)}, Rules: []string{"ACME-NAM-001"}, Cache: c.Cache}
	for _, severity := range []string{"low", "high"} {
		if err := os.WriteFile(filepath.Join(dir, "a.rego"), fmt.Appendf(nil, ownRule, severity), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := reported(t, s, o); !bytes.Contains(got, fmt.Appendf(nil, `"status": "fail",
      "severity": %q`, severity)) || len(c.notes) > 0 || c.known > 0 {
			t.Errorf("%s: %d parts are known, notes %q", severity, c.known, c.notes)
		}
	}
}

const ownRule = `# METADATA
# title: One
# description: It is one.
# custom:
#   id: ACME-NAM-001
#   name: AcmeNam001
#   severities: [low, high]
#   kinds: [elasticsearch]
#   basis: ["our own rules"]
#   controls: []
#   remediation: What to do.
#   api: []
#   tags: [own]
package esaudit.rules.acme_nam_001

results(s) := {{"status": "fail", "severity": "%s", "message": "it is one", "args": {"id": s.id}, "evidence": []}}
`

// The facts are there when nothing had to be judged, too.
func TestCacheLeavesTheFacts(t *testing.T) {
	s, _ := someEstate(t, 1)
	var all [2][]byte
	o := audit.Options{Cache: openCache(t, t.TempDir(), "secret").Cache}
	for i := range all {
		r, err := audit.Run(t.Context(), s, o)
		if err != nil {
			t.Fatal(err)
		}
		if all[i], err = r.FactsJSON(); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(all[0], all[1]) {
		t.Error(firstDifference(all[1], all[0]))
	}
}

// someEstate is a wild one for every fourth seed, and a large one for the others.
func someEstate(t *testing.T, seed uint64) (*snapshot.Snapshot, config.Config) {
	t.Helper()
	var part recording.Part
	declared := config.Config{}
	if seed%4 == 0 {
		e := wild.New(seed)
		part, declared = e.Part, e.Config
	} else {
		part = estate.Large(26, seed).Part()
	}
	s, err := collector.Assemble([]recording.Part{part})
	if err != nil {
		t.Fatal(err)
	}
	return s, declared
}

// next is the estate a while later: edited, or read at another instant, or both.
func next(t *testing.T, r *rand.Rand, s *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	if edited, ok := wild.Edited(r, s, 1+r.IntN(3)); ok && r.IntN(4) > 0 {
		s = edited
	}
	if r.IntN(2) == 0 {
		s = restated(r, s, 1+r.IntN(30))
	}
	later := time.Duration(0)
	if r.IntN(3) == 0 {
		later = time.Duration(1+r.IntN(90*24)) * time.Hour
	}
	return atInstant(t, s, later)
}

// restated is an estate in which every so many objects have another description,
// or other tags.
func restated(r *rand.Rand, s *snapshot.Snapshot, every int) *snapshot.Snapshot {
	var edits []snapshot.Edit
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			for _, o := range a.Objects(kind) {
				fields, attributes := o.Node.Clone(nil).Fields(), o.Attr().Clone(nil).Fields()
				if len(attributes) == 0 || kind == snapshot.Region || r.IntN(every) > 0 {
					continue
				}
				text, key, value := "Description", "TagKey", "TagValue"
				if kind == snapshot.Cluster {
					text, key, value = "description", "tagKey", "tagValue"
				}
				word := snapshot.NewString(fmt.Sprint("another ", r.IntN(1000)))
				if tags := o.Attr("Tags").Exists() || kind == snapshot.Cluster; tags && r.IntN(2) == 0 {
					attributes[map[string]string{"TagKey": "Tags", "tagKey": "tags"}[key]] = snapshot.NewArray(
						snapshot.NewObject(map[string]*snapshot.Node{key: snapshot.NewString("team"), value: word}))
				} else {
					attributes[text] = word
				}
				fields["attributes"] = snapshot.NewObject(attributes)
				edits = append(edits, snapshot.Edit{Object: o, Node: snapshot.NewObject(fields)})
			}
		}
	}
	return s.Edited(edits...)
}

// atInstant is the same estate, read later.
func atInstant(t *testing.T, s *snapshot.Snapshot, later time.Duration) *snapshot.Snapshot {
	t.Helper()
	by := map[*snapshot.Node]*snapshot.Node{}
	for i, a := range s.Accounts() {
		by[s.Root().Get("accounts").Items()[i].Get("takenAt")] = snapshot.NewString(a.TakenAt.Add(later).Format(time.RFC3339))
	}
	out, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// watchedCache is a cache that tells what it did.
type watchedCache struct {
	*audit.Cache
	dir          string
	notes        []string
	known, parts int
}

func openCache(t *testing.T, dir, secret string) *watchedCache {
	t.Helper()
	store, err := cache.Open(dir, []byte(secret), cache.Limit)
	if err != nil {
		t.Fatal(err)
	}
	c := &watchedCache{dir: dir}
	c.Cache = &audit.Cache{
		Store: store, Program: "test", Note: func(text string) { c.notes = append(c.notes, text) },
		Told: func(known, parts int) { c.known, c.parts = known, parts },
	}
	return c
}

// damage changes what is kept in one of several ways; false when nothing is.
func (c *watchedCache) damage(t *testing.T, r *rand.Rand) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(c.dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		switch r.IntN(4) {
		case 0:
			text = text[:r.IntN(len(text))]
		case 1:
			text = append(text, byte(r.IntN(256)))
		default:
			for range 1 + r.IntN(3) {
				text[r.IntN(len(text))] ^= byte(1 << r.IntN(8))
			}
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return len(files) > 0
}

func reported(t *testing.T, s *snapshot.Snapshot, o audit.Options) []byte {
	t.Helper()
	if o.Cache != nil && s.InCanonical() { // as the command reads it
		source, err := o.Cache.Texts().ReadSource(strings.NewReader(s.Source()), len(s.Source()))
		if err != nil {
			t.Fatal(err)
		}
		if s, err = source.Snapshot(); err != nil {
			t.Fatal(err)
		}
	}
	r, err := audit.Run(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.Write(&b, "json", r.Report, report.Options{All: o.All}); err != nil {
		t.Fatal(err)
	}
	if o.Cache != nil {
		o.Cache.Wait()
	}
	for _, f := range r.Report.Findings {
		if f.Said != nil {
			fmt.Fprintf(&b, "%+v\n", *f.Said)
		}
	}
	return append(b.Bytes(), strings.Join(r.Notes, "\n")...)
}

// firstDifference shows where two texts begin to differ.
func firstDifference(got, want []byte) string {
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	around := func(text []byte) []byte { return text[max(0, min(at, len(text))-120):min(len(text), at+120)] }
	if at == len(got) && at == len(want) {
		return "the same"
	}
	return fmt.Sprintf("%q, want %q", around(got), around(want))
}

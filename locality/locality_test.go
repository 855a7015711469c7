package locality_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/locality"
	"esaudit/snapshot"
)

// What is known of the objects of a part alone is what is known of them in the
// whole, unless there is a doubt. Random estates are told also with every call
// that is asked for read, because hardly one is without doubt.
func TestPartsAreLocal(t *testing.T) {
	var n tally
	check := func(name string, c config.Config, parts ...recording.Part) {
		s, err := collector.Assemble(parts)
		if err != nil {
			t.Fatal(err)
		}
		n.hold(t, name, s, c)
		n.hold(t, name+", everything read", undoubted(t, s, c), c)
	}
	for _, s := range estate.Stories() {
		var parts []recording.Part
		for _, a := range s.Accounts {
			parts = append(parts, a.Part())
		}
		check(s.Name, config.Config{}, parts...)
	}
	check("large", config.Config{}, estate.Large(50, 1).Part())
	seeds := uint64(30)
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 500
	}
	for seed := range seeds {
		o := wild.Options{Seed: seed, Account: "1234567890123456", Tag: "w", Rough: []float64{0, 0.003, 0.01, 0.1}[seed%4], Blind: float64(seed%3) * 0.02}
		a := wild.With(o)
		o.Seed, o.Account, o.Tag = seed+1000, "1234567890123457", "x"
		c := config.Config{}
		if seed%2 == 0 {
			c = a.Config
			if c.Assertions = nil; seed%4 == 0 {
				c.Proxies, c.Clients = nil, nil
			}
		}
		check(fmt.Sprint("seed ", seed), c, a.Part, wild.With(o).Part)
	}
	t.Logf("%d parts without doubt, %d with; %d subjects; the estates fall into %d parts", n.local, n.doubted, n.subjects, n.local+n.doubted)
	if n.local < 300 || n.subjects < 1000 {
		t.Error("too few")
	}
}

type tally struct{ local, doubted, subjects, shown int }

func (n *tally) hold(t *testing.T, name string, s *snapshot.Snapshot, c config.Config) {
	t.Helper()
	whole := subjects(t, facts.Build(graph.Build(s, c)))
	d := locality.Divide(s, c)
	doubtful := false
	for i := range d.Parts {
		alone := d.Only(func(part int) bool { return part == i })
		doc := facts.Build(graph.Build(alone, c))
		for _, a := range alone.Accounts() {
			network, _ := a.Doubts()
			doubtful = doubtful || network
		}
		if doubtful {
			n.doubted++
			return
		}
		n.local++
		for arn, text := range subjects(t, doc) {
			if n.subjects++; !bytes.Equal(text, whole[arn]) && n.shown < 5 {
				n.shown++
				t.Errorf("%s: %s:\n%s\nin the whole:\n%s", name, arn, text, whole[arn])
			}
		}
	}
}

// undoubted is an estate of which every call was read that its facts ask for.
func undoubted(t *testing.T, s *snapshot.Snapshot, c config.Config) *snapshot.Snapshot {
	t.Helper()
	unread := regexp.MustCompile(`"call":"([a-z]+):(\w+)(?: (\S+))?(?: in ([a-z0-9-]+))?","state":"\w+","read":false`)
	calls := map[snapshot.Call]bool{}
	for _, a := range s.Accounts() {
		for _, k := range a.Coverage() {
			for _, list := range k.Subjects {
				for _, subject := range list {
					calls[snapshot.Call{Region: k.Region, Product: k.Product, Operation: k.Operation, Subject: subject}] = true
				}
			}
		}
	}
	for range 6 {
		var list []*snapshot.Node
		for call := range calls {
			list = append(list, snapshot.Coverage{
				Region: call.Region, Product: call.Product, Operation: call.Operation, Subjects: map[snapshot.State][]string{snapshot.Read: {call.Subject}},
			}.Node())
		}
		by := map[*snapshot.Node]bool{}
		for _, a := range s.Root().Get("accounts").Items() {
			by[a.Get("coverage")] = true
		}
		read, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node {
			if by[n] {
				return snapshot.NewArray(list...).Clone(nil)
			}
			return nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		s = read
		text, err := json.Marshal(facts.Build(graph.Build(s, c)))
		if err != nil {
			t.Fatal(err)
		}
		found := unread.FindAllSubmatch(text, -1)
		if found == nil {
			break
		}
		for _, m := range found {
			call := snapshot.Call{Region: string(m[4]), Product: string(m[1]), Operation: string(m[2]), Subject: string(m[3])}
			if call.Region == "" {
				call.Region = snapshot.Global
			}
			calls[call] = true
		}
	}
	return s
}

// subjects are the objects of a document by ARN, those of one ARN together. What
// is said of regions and accounts is said of all their objects.
func subjects(t *testing.T, d facts.Document) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, s := range d.Subjects {
		if s.Kind == "region" || s.Kind == "account" {
			continue
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		out[s.ARN] = append(out[s.ARN], text...)
	}
	return out
}

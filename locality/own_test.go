package locality_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
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

// Nothing that is known of an object rests on what another one says of itself only:
// where such attributes of some objects are other ones, or new ones, only subjects
// that have their ids have other facts.
func TestOwnAttributesAreNobodyElses(t *testing.T) {
	changed, seeds := 0, uint64(32)
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 400
	}
	for seed := range seeds {
		s, declared := anEstate(t, seed)
		r := rand.New(rand.NewPCG(seed, 14))
		old := bySubject(t, s, declared)
		other, ids := restated(r, s, 3, "Description", "ResourceGroupId", "Tags")
		for key, text := range bySubject(t, other, declared) {
			if bytes.Equal(text, old[key]) {
				continue
			}
			if changed++; !ids[key[1]] {
				t.Fatalf("seed %d: %q: %s", seed, key, split(old[key], text))
			}
		}
	}
	t.Logf("%d subjects changed", changed)
	if changed < 40 {
		t.Error("too few")
	}
}

// A digest tells what an object says of itself only from all else, and misses
// nothing.
func TestDigestsTellOwnAttributesApart(t *testing.T) {
	for seed := range uint64(12) {
		s, declared := anEstate(t, seed)
		r := rand.New(rand.NewPCG(seed, 15))
		d := locality.Divide(s, declared)
		old, common := d.Digests(snapshot.Asked{All: true})
		other, ids := restated(r, s, 2)
		again := locality.Divide(other, declared)
		new, still := again.Digests(snapshot.Asked{All: true})
		if common != still || len(old) != len(new) {
			t.Fatalf("seed %d: something else differs", seed)
		}
		for i, p := range again.Parts {
			if old[i].Shared != new[i].Shared {
				t.Fatalf("seed %d: part %d rests on something else", seed, i)
			}
			for j, o := range p.Objects {
				at := j * locality.OwnSize
				if same := old[i].Own[at:at+locality.OwnSize] == new[i].Own[at:at+locality.OwnSize]; same == ids[o.ID] {
					t.Errorf("seed %d: %s says the same of itself: %v", seed, o.ID, same)
				}
			}
		}
		leaf, text := anyLeaf(r, d)
		by := map[*snapshot.Node]*snapshot.Node{leaf: snapshot.NewString(text + "x")}
		third, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
		if err != nil {
			t.Fatal(err)
		}
		digests, _ := locality.Divide(third, declared).Digests(snapshot.Asked{All: true})
		if slices.Equal(old, digests) {
			t.Errorf("seed %d: %s is another one, and the digests are the same", seed, leaf.Pointer())
		}
	}
}

// anyLeaf is a text somewhere in an object.
func anyLeaf(r *rand.Rand, d *locality.Division) (*snapshot.Node, string) {
	for {
		p := d.Parts[r.IntN(len(d.Parts))]
		n := p.Objects[r.IntN(len(p.Objects))].Node
		for len(n.Items()) > 0 {
			n = n.Items()[r.IntN(len(n.Items()))]
		}
		if text, ok := n.Str(); ok {
			return n, text
		}
	}
}

func anEstate(t *testing.T, seed uint64) (*snapshot.Snapshot, config.Config) {
	t.Helper()
	e := wild.New(seed)
	part, declared := e.Part, e.Config
	if seed%4 == 1 {
		part, declared = estate.Large(6, seed).Part(), config.Config{}
	}
	s, err := collector.Assemble([]recording.Part{part})
	if err != nil {
		t.Fatal(err)
	}
	return s, declared
}

// restated is an estate in which every so many objects say something else of
// themselves, or say it by one of more attributes, and the ids of those that do:
// theirs, and those of their endpoints.
func restated(r *rand.Rand, s *snapshot.Snapshot, every int, more ...string) (*snapshot.Snapshot, map[string]bool) {
	ids := map[string]bool{}
	var edits []snapshot.Edit
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			for _, o := range a.Objects(kind) {
				own := slices.DeleteFunc(slices.Concat(more, o.Attr().Keys()), func(key string) bool { return !locality.Own(kind, key) })
				if len(own) == 0 || len(o.Attr().Keys()) == 0 || r.IntN(every) > 0 || kind == snapshot.Region || kind == snapshot.Event || kind == snapshot.Trail {
					continue
				}
				fields, attributes := o.Node.Clone(nil).Fields(), o.Attr().Clone(nil).Fields()
				key := own[r.IntN(len(own))]
				attributes[key] = restatement(r, attributes[key])
				fields["attributes"] = snapshot.NewObject(attributes)
				edits = append(edits, snapshot.Edit{Object: o, Node: snapshot.NewObject(fields)})
				ids[o.ID] = true
				for _, e := range o.Aspect(snapshot.VPCEndpoints).Items() {
					ids[e.Get("endpointId").Text()] = true
				}
			}
		}
	}
	return s.Edited(edits...), ids
}

// restatement is another value: a text, or tags as either of the vendor's products
// writes them.
func restatement(r *rand.Rand, n *snapshot.Node) *snapshot.Node {
	tag := func(key, value string) *snapshot.Node {
		name := snapshot.NewString(fmt.Sprint("team-", r.IntN(1000)))
		return snapshot.NewArray(snapshot.NewObject(map[string]*snapshot.Node{key: snapshot.NewString("team"), value: name}))
	}
	switch n.Kind() {
	case snapshot.Map:
		return snapshot.NewObject(map[string]*snapshot.Node{"Tag": tag("TagKey", "TagValue")})
	case snapshot.Array:
		return tag("tagKey", "tagValue")
	}
	return snapshot.NewString(fmt.Sprint("vpc-{10.0.0.0/8} i-", r.IntN(1000), " ["))
}

// bySubject are the facts of subjects, without lines, by kind and id.
func bySubject(t *testing.T, s *snapshot.Snapshot, c config.Config) map[[2]string][]byte {
	t.Helper()
	out, lines := map[[2]string][]byte{}, regexp.MustCompile(`"line":\d+`)
	for _, x := range facts.Build(graph.Build(s, c)).Subjects {
		text, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		key := [2]string{x.Kind, x.ID}
		out[key] = append(out[key], lines.ReplaceAll(text, nil)...)
	}
	return out
}

// Nothing rests on lists and settings that stand aside but what is known of their
// clusters, and of those that read them.
func TestWhatStandsAsideIsNobodyElses(t *testing.T) {
	changed, read, seeds := 0, 0, uint64(48)
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 1000
	}
	for seed := range seeds {
		s, declared := anEstate(t, seed)
		if seed%3 == 2 {
			s, declared = aStory(t, "e1-reindex"), config.Config{}
		}
		declared.Assertions, declared.Clients, declared.Proxies = nil, nil, nil
		r := rand.New(rand.NewPCG(seed, 16))
		for range 3 {
			old := bySubject(t, s, declared)
			other, ids := wild.Aside(r, s, 2, locality.Aside)
			readers := facts.Readers(graph.Build(other, declared), ids)
			for key, text := range bySubject(t, other, declared) {
				if bytes.Equal(text, old[key]) {
					continue
				}
				switch changed++; {
				case ids[key[1]]:
				case readers[key[1]]:
					read++
				default:
					t.Fatalf("seed %d: %q: %s", seed, key, split(old[key], text))
				}
			}
			s = other
		}
	}
	t.Logf("%d subjects changed, %d of them as readers", changed, read)
	if changed < 100 || read < 2 {
		t.Error("too few")
	}
}

func aStory(t *testing.T, name string) *snapshot.Snapshot {
	t.Helper()
	r, err := recording.Open("../testdata/estates/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A digest tells what stands aside from all else, unless something is declared by which
// anybody may rest on it.
func TestDigestsTellApartWhatStandsAside(t *testing.T) {
	some := 0
	for seed := range uint64(40) {
		s, declared := anEstate(t, seed)
		d := locality.Divide(s, declared)
		old, _ := d.Digests(snapshot.Asked{All: true})
		other, ids := wild.Aside(rand.New(rand.NewPCG(seed, 17)), s, 2, locality.Aside)
		again := locality.Divide(other, declared)
		new, _ := again.Digests(snapshot.Asked{All: true})
		if len(old) != len(new) { // a list names an address of another part
			continue
		}
		for i, p := range again.Parts {
			here := slices.ContainsFunc(p.Objects, func(o snapshot.Object) bool { return ids[o.ID] && o.Kind == snapshot.Cluster })
			if rests := old[i].Shared != new[i].Shared; rests != (here && declared.Joins()) {
				t.Errorf("seed %d: part %d rests on something else: %v", seed, i, rests)
			}
			if here && !declared.Joins() {
				some++
			}
			for j, o := range p.Objects {
				at := j * locality.OwnSize
				same := old[i].Own[at:at+locality.OwnSize] == new[i].Own[at:at+locality.OwnSize]
				if same == (ids[o.ID] && o.Kind == snapshot.Cluster && !declared.Joins()) {
					t.Errorf("seed %d: %s says the same of itself: %v", seed, o.ID, same)
				}
			}
		}
	}
	if some < 10 {
		t.Errorf("%d parts only", some)
	}
}

// Where a cluster stands is no matter of its own, beside the lists that are.
func TestDigestsTellWhereAClusterStands(t *testing.T) {
	s := aStory(t, "e1-reindex")
	old, _ := locality.Divide(s, config.Config{}).Digests(snapshot.Asked{All: true})
	c := s.Accounts()[0].Objects(snapshot.Cluster)[0]
	for _, key := range c.Attr("networkConfig").Keys() {
		n := c.Attr("networkConfig", key)
		by := map[*snapshot.Node]*snapshot.Node{n: snapshot.NewString("another")}
		other, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
		if err != nil {
			t.Fatal(err)
		}
		d := locality.Divide(other, config.Config{})
		new, _ := d.Digests(snapshot.Asked{All: true})
		part, _ := d.Of(other.Accounts()[0].Objects(snapshot.Cluster)[0])
		if same := slices.ContainsFunc(old, func(x locality.Digest) bool { return x.Shared == new[part].Shared }); same != (key == "whiteIpGroupList") {
			t.Errorf("%s is another one, and others rest on the same: %v", key, same)
		}
	}
}

package locality_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/locality"
	"esaudit/snapshot"

	"github.com/google/go-cmp/cmp"
)

// With what is known of an earlier estate, whichever it is, an estate has parts that hold
// those it falls into, and of these parts digests as without.
func TestSurveyIsDivide(t *testing.T) {
	seeds := uint64(4)
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 100
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 35))
		s, c := estateOf(t, seed), config.Config{}
		asked := askedFor(r, s)
		kept, said := "", sayings{}
		for step := range 12 {
			if r.IntN(5) == 0 {
				asked = asked.With(askedFor(r, s))
			}
			want, got := locality.Divide(s, c), locality.Survey(s, c, kept, said.some(r), nil)
			if problem := within(want, got); problem != "" {
				t.Fatalf("seed %d, step %d: %s", seed, step, problem)
			}
			plain := got.Anew()
			digests, common := plain.Digests(asked)
			others, also := got.Digests(asked)
			if !slices.Equal(digests, others) || common != also {
				t.Fatalf("seed %d, step %d: other digests", seed, step)
			}
			for _, id := range idsOf(s) {
				x, known := want.About(id)
				if y, also := got.About(id); known != also || known && !holds(got.Parts[y], want.Parts[x].Objects[0]) {
					t.Fatalf("seed %d, step %d: %s is of part %d, %v, where it is of %d, %v", seed, step, id, y, also, x, known)
				}
			}
			if plain.Kept() != got.Kept() {
				t.Fatalf("seed %d, step %d: other things are known", seed, step)
			}
			said.keep(got)
			switch r.IntN(6) {
			case 5:
				kept = got.Kept()
				clear(said)
			case 0: // it stays that of an estate before the last one
			case 1:
				kept = got.Kept()
				kept = kept[:r.IntN(len(kept))]
			default:
				kept = got.Kept()
			}
			s = changedSome(t, r, s)
		}
	}
}

func holds(p locality.Part, o snapshot.Object) bool {
	return slices.ContainsFunc(p.Objects, func(x snapshot.Object) bool { return x.Node == o.Node })
}

// What objects say more or otherwise is seen, where they name somebody else also that.
func TestSurveySeesNames(t *testing.T) {
	s, c := estateOf(t, 1), config.Config{}
	d := locality.Survey(s, c, "", nobody, nil)
	d.Digests(snapshot.Asked{})
	kept, said := d.Kept(), sayings{}
	said.keep(d)
	one := s.Accounts()[0].Objects(snapshot.Cluster)[0]
	part, _ := d.Of(one)
	far := slices.IndexFunc(d.Parts, func(p locality.Part) bool { return !p.Directory && p.Objects[0].Node != d.Parts[part].Objects[0].Node })
	if far < 0 {
		t.Fatal("the estate is in one part")
	}
	other := d.Parts[far].Objects[0]
	joined := parsed(t, s.Edited(snapshot.Edit{Object: one, Node: saying(one, "Remark", "like "+other.ID)}))
	there := func(o snapshot.Object) snapshot.Object {
		return joined.Accounts()[0].Object(o.Kind, o.Region, o.ID)
	}
	for name, d := range map[string]*locality.Division{"divided": locality.Divide(joined, c), "surveyed": locality.Survey(joined, c, kept, nobody, nil), "told": locality.Survey(joined, c, kept, said.of, nil)} {
		x, _ := d.Of(there(one))
		if y, _ := d.Of(there(other)); x != y {
			t.Errorf("%s: an object is in another part than one that names it", name)
		}
	}
}

// Who an object is says its place only: another one that says the same in the same
// place is another one.
func TestSurveySeesWhoSaysIt(t *testing.T) {
	of := func(vpc string) *snapshot.Snapshot {
		loose, err := snapshot.Parse(fmt.Appendf(nil, `{"accounts": [{"coverage": [], "id": "1", "objects": {
			"ecs": {"cn-hangzhou": {"i-1": {"attributes": {"VpcAttributes": {"VpcId": "vpc-1"}}}}},
			"vpc": {"cn-hangzhou": {%q: {"attributes": {"CidrBlock": "10.0.0.0/8"}}}}},
			"regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}], "schema": "esaudit.snapshot/v1"}`, vpc))
		if err != nil {
			t.Fatal(err)
		}
		return parsed(t, loose)
	}
	asked := snapshot.Asked{All: true}
	for _, pair := range [][2]string{{"vpc-1", "vpc-2"}, {"vpc-2", "vpc-1"}, {"vpc-2", "vpc-3"}} {
		before, s := locality.Divide(of(pair[0]), config.Config{}), of(pair[1])
		was, _ := before.Digests(asked)
		want, got := locality.Divide(s, config.Config{}), locality.Survey(s, config.Config{}, before.Kept(), nobody, nil)
		if diff := cmp.Diff(placesOf(want), placesOf(got)); diff != "" {
			t.Errorf("%v: other parts:\n%s", pair, diff)
		}
		digests, _ := want.Digests(asked)
		if others, _ := got.Digests(asked); !slices.Equal(digests, others) || slices.Equal(digests, was) {
			t.Errorf("%v: other digests", pair)
		}
	}
}

// sayings are what objects said, by what stands for it.
type sayings map[[sha256.Size]byte]string

func (s sayings) of(sum [sha256.Size]byte) string { return s[sum] }

func (s sayings) keep(d *locality.Division) {
	if text, sum := d.Said(); text != nil {
		s[sum] = string(text)
	}
}

// some is of, or gives what objects said at any other time.
func (s sayings) some(r *rand.Rand) func([sha256.Size]byte) string {
	texts := append(slices.Sorted(maps.Values(s)), "", "cut")
	if r.IntN(3) > 0 {
		return s.of
	}
	return func([sha256.Size]byte) string { return texts[r.IntN(len(texts))] }
}

func nobody([sha256.Size]byte) string { return "" }

// What words may be names is told by the ids of all objects: one more can make one of a
// word that two others had said all the time.
func TestSurveySeesWhatIdsLookLike(t *testing.T) {
	of := func(ids ...string) *snapshot.Snapshot {
		var list []string
		for i, id := range ids {
			list = append(list, fmt.Sprintf(`%q: {"attributes": {"Remark": "zz-9", "VpcAttributes": {"VpcId": "vpc-%d"}}}`, id, i))
		}
		loose, err := snapshot.Parse(fmt.Appendf(nil, `{"accounts": [{"coverage": [], "id": "1", "objects": {"ecs": {"cn-hangzhou": {%s}}},
			"regions": ["cn-hangzhou"], "takenAt": "2026-01-01T00:00:00Z"}], "schema": "esaudit.snapshot/v1"}`, strings.Join(list, ", ")))
		if err != nil {
			t.Fatal(err)
		}
		return parsed(t, loose)
	}
	for _, pair := range [][2]*snapshot.Snapshot{{of("i-1", "i-2"), of("i-1", "i-2", "zz-1")}, {of("i-1", "i-2", "zz-1"), of("i-1", "i-2")}} {
		before, said := locality.Survey(pair[0], config.Config{}, "", nobody, nil), sayings{}
		before.Digests(snapshot.Asked{})
		said.keep(before)
		want, got := locality.Divide(pair[1], config.Config{}), locality.Survey(pair[1], config.Config{}, before.Kept(), said.of, nil)
		if diff := cmp.Diff(placesOf(want), placesOf(got)); diff != "" {
			t.Errorf("other parts:\n%s", diff)
		}
		if len(before.Parts) == len(got.Parts) {
			t.Errorf("%d parts before and now", len(got.Parts))
		}
	}
}

func estateOf(t *testing.T, seed uint64) *snapshot.Snapshot {
	t.Helper()
	part := estate.Large(26, seed).Part()
	if seed%4 == 0 {
		part = wild.New(seed).Part
	}
	s, err := collector.Assemble([]recording.Part{part})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// askedFor is that anybody asked for some attributes.
func askedFor(r *rand.Rand, s *snapshot.Snapshot) snapshot.Asked {
	out := snapshot.Asked{Names: map[snapshot.Kind]map[string]bool{}}
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			out.Names[kind] = map[string]bool{"Description": true, "Remark": r.IntN(2) == 0}
			for _, o := range a.Objects(kind) {
				for _, name := range o.Attr().Keys() {
					if r.IntN(8) == 0 {
						out.Names[kind][name] = true
					}
				}
			}
		}
	}
	return out
}

// placesOf are the objects of each part.
func placesOf(d *locality.Division) [][]string {
	var out [][]string
	for _, p := range d.Parts {
		list := []string{fmt.Sprint(p.Directory)}
		for _, o := range p.Objects {
			list = append(list, o.Node.Pointer())
		}
		out = append(out, list)
	}
	return out
}

func idsOf(s *snapshot.Snapshot) []string {
	var out []string
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			for _, o := range a.Objects(kind) {
				out = append(out, o.ID)
			}
		}
	}
	return append(out, "i-nobody")
}

// changedSome is another estate: of some objects gone, and some that say more, or name
// somebody.
func changedSome(t *testing.T, r *rand.Rand, s *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	if edited, ok := wild.Edited(r, s, 1+r.IntN(3)); ok && r.IntN(3) == 0 {
		return parsed(t, edited)
	}
	var all []snapshot.Object
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			if kind != snapshot.Region {
				all = append(all, a.Objects(kind)...)
			}
		}
	}
	edits := map[*snapshot.Node]snapshot.Edit{}
	for range r.IntN(5) {
		o := all[r.IntN(len(all))]
		texts := []string{"like " + all[r.IntN(len(all))].ID, "192.0.2." + fmt.Sprint(r.IntN(9)), "quoted \"i-" + fmt.Sprint(r.IntN(9)), "vpc-not-listed", "-", "plain"}
		edits[o.Node] = snapshot.Edit{Object: o, Node: saying(o, []string{"Remark", "Description"}[r.IntN(2)], texts[r.IntN(len(texts))])}
		if r.IntN(8) == 0 {
			edits[o.Node] = snapshot.Edit{Object: o}
		}
	}
	return parsed(t, s.Edited(slices.Collect(maps.Values(edits))...))
}

// saying is an object with another value of an attribute.
func saying(o snapshot.Object, name, text string) *snapshot.Node {
	fields, attributes := o.Node.Clone(nil).Fields(), o.Attr().Clone(nil).Fields()
	if attributes == nil {
		attributes = map[string]*snapshot.Node{}
	}
	attributes[name] = snapshot.NewString(text)
	fields["attributes"] = snapshot.NewObject(attributes)
	return snapshot.NewObject(fields)
}

func parsed(t *testing.T, s *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	out, err := snapshot.Parse(s.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

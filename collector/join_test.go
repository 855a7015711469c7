package collector

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"esaudit/collector/recording"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// snapshotOfRun collects what a recording holds, and assembles it.
func snapshotOfRun(t testing.TB, p recording.Part, regions []string, only ...string) *snapshot.Snapshot {
	t.Helper()
	o := optionsFor(p, only...)
	o.Regions = regions
	s, err := Assemble([]recording.Part{collected(t, newFake(p), o)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func joined(t testing.TB, parts ...Named) *snapshot.Snapshot {
	t.Helper()
	s, err := Join(parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// regional is a random account in two regions, that refuses some calls.
func regional(seed uint64, account string) recording.Part {
	p := wild.With(wild.Options{Seed: seed, Account: account, Tag: "w" + account[15:], Regions: []string{"cn-hangzhou", "cn-beijing"}, Rough: 0.03}).Part
	for i := int(seed % 17); i < len(p.Answers); i += 17 {
		if a := &p.Answers[i]; a.Product != "sts" && a.Operation != "DescribeRegions" {
			a.Status, a.Body = 403, []byte(`{"Code":"Forbidden.RAM","RequestId":"0"}`)
		}
	}
	return p
}

// What was collected apart, by region or by product, is joined what one run
// collects; and joining a thing with itself changes nothing.
func TestJoinIsOneRun(t *testing.T) {
	estates := map[string]recording.Part{"demo": demo(), "net-004-nothing-needed": partOf("net-004-nothing-needed"), "ram-people": partOf("ram-people")}
	for seed := range uint64(12) {
		estates[fmt.Sprint("wild ", seed)] = regional(seed, "1234567890123456")
	}
	for name, p := range estates {
		whole := snapshotOfRun(t, p, p.Regions)
		want := strings.Split(string(whole.Canonical()), "\n")
		apart := map[string][]Named{"itself": {{"a", whole}, {"b", whole}}}
		for _, region := range p.Regions {
			apart["region"] = append(apart["region"], Named{region, snapshotOfRun(t, p, []string{region})})
		}
		for _, product := range Products() {
			if strings.HasPrefix(name, "wild") {
				break // what one product names, and only another could answer, stays skipped
			}
			apart["product"] = append(apart["product"], Named{product, snapshotOfRun(t, p, p.Regions, product)})
		}
		for how, list := range apart {
			if got := strings.Split(string(joined(t, list...).Canonical()), "\n"); !slices.Equal(got, want) {
				t.Errorf("%s by %s: (-one run +joined)\n%s", name, how, cmp.Diff(want, got))
			}
		}
	}
}

// The order and the grouping of parts change no byte; accounts stay apart.
func TestJoinInAnyOrder(t *testing.T) {
	var list []Named
	for account := range 3 {
		p := regional(uint64(account), fmt.Sprint("123456789012345", account))
		for _, region := range p.Regions {
			list = append(list, Named{fmt.Sprint(account, region), snapshotOfRun(t, p, []string{region})})
		}
	}
	whole := joined(t, list...)
	if len(whole.Accounts()) != 3 {
		t.Fatalf("%d accounts", len(whole.Accounts()))
	}
	want := whole.Digest()
	rapid.Check(t, func(rt *rapid.T) {
		order := rapid.Permutation(list).Draw(rt, "order")
		cut := rapid.IntRange(1, len(order)-1).Draw(rt, "cut")
		grouped := joined(t, Named{"x", joined(t, order[:cut]...)}, Named{"y", joined(t, order[cut:]...)})
		if got := grouped.Digest(); got != want {
			rt.Errorf("joined in groups: %s, not %s", got, want)
		}
	})
}

// A document with one account, for what Join refuses.
const oneAccount = `{"schema":"esaudit.snapshot/v1","accounts":[{"id":"1","takenAt":"2026-11-22T00:00:00Z","regions":["r"],
"coverage":[{"region":"r","product":"vpc","operation":"DescribeVpcs","subjects":{"STATE":[""]},"codes":{CODES}}],
"objects":{"vpc":{"r":{VPCS}}}}]}`

func oneOf(t *testing.T, state, codes, vpcs string) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Parse([]byte(strings.NewReplacer("STATE", state, "CODES", codes, "VPCS", vpcs).Replace(oneAccount)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Two parts that say different things of one account are an error that names
// the parts, the account and what differs.
func TestJoinRefusesConflicts(t *testing.T) {
	base := oneOf(t, "read", "", `"v-1":{"attributes":{"a":1,"b":[1,2]}}`)
	for want, other := range map[string]*snapshot.Snapshot{
		"one and two disagree on account 1: vpc v-1 in r: /attributes/a is 1 and 2":                              oneOf(t, "read", "", `"v-1":{"attributes":{"a":2,"b":[1,2]}}`),
		"one and two disagree on account 1: vpc v-1 in r: /attributes/b is [1,2] and [1]":                        oneOf(t, "denied", "", `"v-1":{"attributes":{"b":[1]}}`),
		"one and two disagree on account 1: vpc v-2 is in one of them only, and both have read vpc.DescribeVpcs": oneOf(t, "read", "", `"v-1":{"attributes":{"a":1,"b":[1,2]}},"v-2":{"attributes":{}}`),
		"one and two disagree on account 1: vpc v-1 is in one of them only, and both have read vpc.DescribeVpcs": oneOf(t, "read", "", ``),
	} {
		for _, parts := range [][]Named{{{"one", base}, {"two", other}}, {{"two", other}, {"one", base}}} {
			_, err := Join(parts)
			if _, ok := errors.AsType[*ConflictError](err); !ok || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	}
}

// What one part could not read, another may have.
func TestJoinTakesTheBestOutcome(t *testing.T) {
	read := oneOf(t, "read", "", `"v-1":{"attributes":{"a":1}}`)
	denied := oneOf(t, "denied", `"":"Forbidden"`, `"v-1":{"attributes":{}}`)
	got := joined(t, Named{"a", denied}, Named{"b", read}).Accounts()[0]
	call := snapshot.Call{Region: "r", Product: "vpc", Operation: "DescribeVpcs"}
	if got.Answer(call) != snapshot.Read || got.Code(call) != "" || got.Object(snapshot.VPC, "r", "v-1").Attr("a").Text() != "1" {
		t.Errorf("%v %q", got.Answer(call), got.Code(call))
	}
	got = joined(t, Named{"a", denied}, Named{"b", oneOf(t, "failed", `"":"timeout"`, ``)}).Accounts()[0]
	if got.Answer(call) != snapshot.Denied || got.Code(call) != "Forbidden" {
		t.Errorf("%v %q", got.Answer(call), got.Code(call))
	}
}

// An account that one job could not ask and another read is read: of the gap
// nothing is left but its instant, when that is earlier.
func TestJoinFillsAGap(t *testing.T) {
	p := demo()
	whole := snapshotOfRun(t, p, p.Regions)
	for _, regions := range [][]string{nil, p.Regions} {
		gap, err := Gap(Options{Account: p.Account, Home: p.Regions[0], Regions: regions}, p.TakenAt, "the account cannot be asked: no")
		if err != nil {
			t.Fatal(err)
		}
		hole, err := Assemble([]recording.Part{gap})
		if err != nil {
			t.Fatal(err)
		}
		got, want := strings.Split(string(joined(t, Named{"a", hole}, Named{"b", whole}).Canonical()), "\n"), strings.Split(string(whole.Canonical()), "\n")
		if !slices.Equal(got, want) {
			t.Errorf("%v: (-one run +joined)\n%s", regions, cmp.Diff(want, got))
		}
	}
}

// A cluster is of one account: the same one under another account's id is that
// account under a pseudonym, in whatever order the parts come.
func TestJoinRefusesPseudonyms(t *testing.T) {
	of := func(account, cluster string) *snapshot.Snapshot {
		s, err := snapshot.Parse([]byte(`{"schema":"esaudit.snapshot/v1","accounts":[{"id":"` + account + `","takenAt":"2026-11-22T00:00:00Z","regions":["r"],"coverage":[],
			"objects":{"elasticsearch":{"r":{"` + cluster + `":{"attributes":{}}}}}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, order := range [][]Named{{{"a", of("1", "es-1")}, {"b", of("2", "es-1")}}, {{"b", of("2", "es-1")}, {"a", of("1", "es-1")}}} {
		_, err := Join(order)
		var conflict *ConflictError
		if !errors.As(err, &conflict) || conflict.First != "a" || conflict.Second != "b" || !strings.Contains(conflict.What, "es-1") {
			t.Errorf("%v", err)
		}
	}
	joined(t, Named{"a", of("1", "es-1")}, Named{"b", of("2", "es-2")}, Named{"c", of("1", "es-1")})
}

package finding

import (
	"cmp"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// findings draws what an audit could find: several findings of few rules and
// subjects, so that ties are frequent.
func findings() *rapid.Generator[[]Finding] {
	one := rapid.Custom(func(t *rapid.T) Finding {
		f := Finding{
			Rule:     rapid.SampledFrom([]string{"ES-NET-001", "ES-NET-002", "ES-TLS-001"}).Draw(t, "rule"),
			Status:   Status(rapid.IntRange(0, int(NA)).Draw(t, "status")),
			Severity: Severity(rapid.IntRange(0, int(Critical)).Draw(t, "severity")),
			Subject:  Subject{ARN: rapid.SampledFrom([]string{"acs:1", "acs:2", "acs:3"}).Draw(t, "arn")},
			Message:  rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "message"),
		}
		f.Fingerprint = Fingerprint(f.Rule, f.Subject.ARN)
		if rapid.Bool().Draw(t, "waived") {
			f.Waived = &Waiver{Reason: "for a reason"}
		}
		return f
	})
	return rapid.SliceOfN(one, 0, 30)
}

// A baseline of one version is read by the next: these values never change.
func TestFingerprintStays(t *testing.T) {
	arn := "acs:elasticsearch:cn-hangzhou:1234567890123456:instances/es-cn-1"
	for _, c := range []struct {
		identity []string
		want     string
	}{
		{nil, "67ef4c2e9632f08d23b3700b2b8eb6eb"},
		{[]string{"0.0.0.0/0"}, "b2cfa258719081b39fed38336351b919"},
	} {
		if got := Fingerprint("ES-NET-001", arn, c.identity...); got != c.want {
			t.Errorf("%v: %s, want %s", c.identity, got, c.want)
		}
	}
}

// Two identities have one fingerprint only when they are the same, also when
// their texts were made to run together.
func TestFingerprintTellsApart(t *testing.T) {
	identity := rapid.Custom(func(t *rapid.T) []string {
		part := rapid.OneOf(rapid.StringOf(rapid.RuneFrom([]rune("a/\x00\x0101"))), rapid.String())
		return rapid.SliceOfN(part, 2, 4).Draw(t, "parts")
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := identity.Draw(t, "a"), identity.Draw(t, "b")
		x, y := Fingerprint(a[0], a[1], a[2:]...), Fingerprint(b[0], b[1], b[2:]...)
		if (x == y) != slices.Equal(a, b) {
			t.Fatalf("%q and %q: %s, %s", a, b, x, y)
		}
		if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(x) {
			t.Fatalf("fingerprint %q", x)
		}
	})
	for _, pair := range [][2][]string{
		{{"r", "a\x00b"}, {"r", "a", "b"}}, {{"r", "a", "b\x00c"}, {"r", "a", "b", "c"}}, {{"r", "a", ""}, {"r", "a"}},
		{{"r", "a\x00"}, {"r", "a", ""}}, {{"r", "\x00"}, {"r", "\x01\x30"}}, {{"r", "\x01"}, {"r", "\x00\x31"}}, {{"r", "\x01\x30"}, {"r", "\x01\x31\x30"}},
	} {
		a, b := pair[0], pair[1]
		if Fingerprint(a[0], a[1], a[2:]...) == Fingerprint(b[0], b[1], b[2:]...) {
			t.Errorf("%q and %q have one fingerprint", a, b)
		}
	}
}

// The order of a report does not depend on the order of judging, and is the one
// that CONTRACT 5 tells: what asks for most stands first.
func TestSort(t *testing.T) {
	rank := map[Status]int{Fail: 0, Latent: 1, Unknown: 2, Pass: 3, NA: 4}
	rapid.Check(t, func(t *rapid.T) {
		list := findings().Draw(t, "findings")
		other := append([]Finding{}, rapid.Permutation(list).Draw(t, "shuffled")...)
		Sort(list)
		Sort(other)
		for i := range list {
			list[i].Waived, other[i].Waived = nil, nil
		}
		a, b := text(t, list), text(t, other)
		if a != b {
			t.Fatalf("another order:\n%s\n%s", a, b)
		}
		for i := 1; i < len(list); i++ {
			x, y := list[i-1], list[i]
			order := cmp.Or(rank[x.Status]-rank[y.Status], int(y.Severity)-int(x.Severity), strings.Compare(x.Rule, y.Rule), strings.Compare(x.Subject.ARN, y.Subject.ARN))
			if order > 0 {
				t.Fatalf("%v stands before %v", x, y)
			}
		}
	})
}

// What is left out is never worse than what is kept: what is open before what is
// settled, the severe before the mild, and of one severity what fails before what
// has no effect, is not known, or is waived.
func TestWorst(t *testing.T) {
	weight := func(f Finding) [3]int {
		open := 1
		if f.Status == Pass || f.Status == NA {
			open = 0
		}
		effect := map[Status]int{Fail: 3, Latent: 2, Unknown: 1}[f.Status]
		if f.Waived != nil {
			effect = 0
		}
		return [3]int{open, int(f.Severity), effect * open}
	}
	rapid.Check(t, func(t *rapid.T) {
		list := findings().Draw(t, "findings")
		Sort(list)
		whole := text(t, list)
		n := rapid.IntRange(0, len(list)+1).Draw(t, "n")
		kept := Worst(list, n)
		if text(t, list) != whole || len(kept) != min(n, len(list)) {
			t.Fatalf("%d of %d kept, and the list is another", len(kept), len(list))
		}
		sorted := append([]Finding{}, kept...)
		Sort(sorted)
		if text(t, sorted) != text(t, kept) {
			t.Fatal("the kept have another order than a report")
		}
		SortBySeverity(list)
		for i := 1; i < len(list); i++ {
			a, b := weight(list[i-1]), weight(list[i])
			if slices.Compare(a[:], b[:]) < 0 {
				t.Fatalf("%v stands before %v", list[i-1], list[i])
			}
		}
		SortBySeverity(kept)
		if text(t, kept) != text(t, list[:len(kept)]) {
			t.Fatal("kept are others than the worst")
		}
	})
}

func text(t *rapid.T, list []Finding) string {
	b, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Everything is counted once: waived findings as waived, whatever they are.
func TestSummarise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := findings().Draw(t, "findings")
		s := Summarise(list)
		count := func(of func(Finding) bool) int {
			return len(slices.DeleteFunc(slices.Clone(list), func(f Finding) bool { return !of(f) }))
		}
		open := func(status Status) int {
			return count(func(f Finding) bool { return f.Waived == nil && f.Status == status })
		}
		want := Summary{Latent: open(Latent), Unknown: open(Unknown), Pass: open(Pass), NA: open(NA), Waived: count(func(f Finding) bool { return f.Waived != nil })}
		failed := 0
		for severity, n := range s.Fail {
			failed += n
			if n != count(func(f Finding) bool { return f.Waived == nil && f.Status == Fail && f.Severity == severity }) {
				t.Fatalf("%d failures of severity %s", n, severity)
			}
		}
		got := s
		if got.Fail = nil; !reflect.DeepEqual(got, want) || failed != open(Fail) {
			t.Fatalf("%+v, want %+v and %d failures", s, want, open(Fail))
		}
		for _, severity := range Severities() {
			if _, ok := s.Fail[severity]; !ok {
				t.Fatalf("%s has no key", severity)
			}
		}
	})
	if s := Summarise([]Finding{{}}); s.Unknown != 1 {
		t.Errorf("a finding that says nothing is counted as %+v", s)
	}
}

// Nothing that asks for something is ever left out.
func TestVisible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := findings().Draw(t, "findings")
		if all := Visible(list, true); len(all) != len(list) {
			t.Fatalf("%d of %d", len(all), len(list))
		}
		shown := Visible(list, false)
		want := slices.DeleteFunc(slices.Clone(list), func(f Finding) bool { return f.Status == Pass || f.Status == NA })
		if text(t, shown) != text(t, append([]Finding{}, want...)) {
			t.Fatalf("%v of %v", shown, list)
		}
	})
	if Visible(nil, false) == nil {
		t.Error("nothing is null")
	}
}

// Only failures reach a threshold, waived ones do not, and a lower threshold
// never lets go of one.
func TestAtLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, f := range findings().Draw(t, "findings") {
			for threshold := NoSeverity; threshold <= Critical; threshold++ {
				want := f.Status == Fail && f.Waived == nil && threshold != NoSeverity && f.Severity >= threshold
				if f.AtLeast(threshold) != want {
					t.Fatalf("%v at %s: %v", f, threshold, !want)
				}
				if threshold > Info && f.AtLeast(threshold) && !f.AtLeast(threshold-1) {
					t.Fatalf("%v counts for %s and not for less", f, threshold)
				}
			}
		}
	})
}

// Names are read as they are written, and nothing else is.
func TestNames(t *testing.T) {
	for s := Unknown; s <= NA; s++ {
		var back Status
		if b, _ := s.MarshalText(); back.UnmarshalText(b) != nil || back != s {
			t.Errorf("%s is read as %s", s, back)
		}
	}
	for s := NoSeverity; s <= Critical; s++ {
		var back Severity
		if b, _ := s.MarshalText(); back.UnmarshalText(b) != nil || back != s {
			t.Errorf("%s is read as %s", s, back)
		}
	}
	var status Status
	if status.String() != "unknown" {
		t.Errorf("the zero status is %s", status)
	}
	for _, name := range []string{"", "ok", "FAIL", "passed"} {
		status = Fail
		err := status.UnmarshalText([]byte(name))
		if err == nil || !strings.Contains(err.Error(), "unknown, fail, latent, pass, na") || status != Fail {
			t.Errorf("status %q: %v", name, err)
		}
	}
	var severity Severity
	if err := severity.UnmarshalText([]byte("severe")); err == nil || !strings.Contains(err.Error(), "info, low, medium, high, critical") {
		t.Errorf("severity: %v", err)
	}
}

// Findings are put in order by their places, as if they were moved themselves.
func TestSortIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Finding
		for i := range rapid.IntRange(0, 60).Draw(t, "findings") {
			list = append(list, Finding{Message: strconv.Itoa(i), Subject: Subject{ARN: rapid.StringMatching("[ab]{0,2}").Draw(t, "arn")}})
		}
		want := slices.Clone(list)
		slices.SortStableFunc(want, func(a, b Finding) int { return strings.Compare(a.Subject.ARN, b.Subject.ARN) })
		if SortBySubject(list); !reflect.DeepEqual(list, want) {
			t.Fatalf("%v\nwant\n%v", list, want)
		}
	})
}

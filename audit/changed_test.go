package audit_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/diff"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Only what changed is judged; the plain way judges both pictures whole. The
// second one is another document, taken later, so that lines and instants differ.
func TestChangedAgreesWithTwoAudits(t *testing.T) {
	pairs, differ := 0, 0
	long := os.Getenv("ESAUDIT_LONG") != ""
	for seed := range map[bool]uint64{false: 6, true: 100}[long] {
		part, declared := wild.New(seed).Part, wild.New(seed).Config
		if seed%2 == 1 {
			part, declared = estate.Large(12, seed).Part(), config.Config{}
		}
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(seed, 11))
		for i := range 3 {
			other, ok := wild.Edited(r, s, 1+r.IntN(5))
			if !ok {
				continue
			}
			switch i {
			case 0:
				other = later(t, other)
			case 1:
				text := strings.ReplaceAll(string(other.Canonical()), `"Effect": "Allow"`, `"Effect": "Deny"`)
				if other, err = snapshot.Parse([]byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			o := audit.Options{Config: declared, Optional: true}
			before, after, err := audit.Changed(t.Context(), s, other, o)
			if err != nil {
				t.Fatal(err)
			}
			got := diff.Compare(diff.Side{Graph: before.Graph, Findings: before.Findings}, diff.Side{Graph: after.Graph, Findings: after.Findings})
			want := diff.Compare(whole(t, s, o), whole(t, other, o))
			if a, b := text(t, got), text(t, want); a != b {
				t.Errorf("seed %d:\n%s\ntwo audits:\n%s", seed, a, b)
			}
			if pairs++; len(want.Findings.New)+len(want.Findings.Gone)+len(want.Findings.Changed) > 0 {
				differ++
			}
		}
	}
	t.Logf("%d pairs, %d of which findings differ", pairs, differ)
	if differ < 4 {
		t.Error("too few")
	}
}

// Rules that read when an account was read judge what is the same otherwise.
func TestChangedJudgesWhatOnlyTimeChanges(t *testing.T) {
	r, err := recording.Open("../testdata/estates/e1-ldap")
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	waiting := regexp.MustCompile(`("connectionStatus": )"Connected"|("createTime": )"[^"]*"`)
	s, err = snapshot.Parse([]byte(waiting.ReplaceAllStringFunc(string(s.Canonical()), func(field string) string {
		if strings.Contains(field, "createTime") {
			return `"createTime": "2026-11-21T23:30:00Z"`
		}
		return `"connectionStatus": "Pending"`
	})))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []audit.Options{{}, {SkipRules: []string{"ES-NET-001"}}, {Rules: []string{"ES-PVL-001"}}} {
		before, after, err := audit.Changed(t.Context(), s, later(t, s), o)
		if err != nil {
			t.Fatal(err)
		}
		got := diff.Compare(diff.Side{Graph: before.Graph, Findings: before.Findings}, diff.Side{Graph: after.Graph, Findings: after.Findings})
		want := diff.Compare(whole(t, s, o), whole(t, later(t, s), o))
		if a, b := text(t, got), text(t, want); a != b || len(want.Findings.Changed) == 0 {
			t.Errorf("skipping %v:\n%s\ntwo audits:\n%s", o.SkipRules, a, b)
		}
	}
}

// What is put right is gone, though the list of clusters was not read; what is not
// seen any more is not.
func TestChangedWhereAListWasNotRead(t *testing.T) {
	r, err := recording.Open("../testdata/estates/demo")
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?s)("denied": )0(,[^}]*"ok": )1(,\s*"operation": "ListInstance",[^}]*)"read"`)
	s, err = snapshot.Parse(list.ReplaceAll(s.Canonical(), []byte(`${1}1${2}0${3}"denied"`)))
	if err != nil {
		t.Fatal(err)
	}
	put, err := snapshot.Parse([]byte(strings.ReplaceAll(string(s.Canonical()), `"0.0.0.0/0"`, `"10.9.8.7"`)))
	if err != nil {
		t.Fatal(err)
	}
	unseen := s.Only(func(o snapshot.Object) bool { return o.ID != "es-cn-orderssearch1" })
	o := audit.Options{}
	for other, want := range map[*snapshot.Snapshot]bool{put: true, unseen: false} {
		before, after, err := audit.Changed(t.Context(), s, other, o)
		if err != nil {
			t.Fatal(err)
		}
		got := diff.Compare(diff.Side{Graph: before.Graph, Findings: before.Findings}, diff.Side{Graph: after.Graph, Findings: after.Findings})
		if a, b := text(t, got), text(t, diff.Compare(whole(t, s, o), whole(t, other, o))); a != b {
			t.Errorf("%s\ntwo audits:\n%s", a, b)
		}
		gone := slices.ContainsFunc(got.Findings.Gone, func(f diff.Finding) bool { return f.Rule == "ES-NET-001" && f.Subject.ID == "es-cn-orderssearch1" })
		if gone != want {
			t.Errorf("ES-NET-001 of es-cn-orderssearch1 is gone: %t, want %t", gone, want)
		}
	}
}

// later is another document of the same estate, of a hundred years later.
func later(t *testing.T, s *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	text := strings.Replace(string(s.Canonical()), `"takenAt": "20`, "\n\n"+`"takenAt": "21`, 1)
	out, err := snapshot.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func whole(t *testing.T, s *snapshot.Snapshot, o audit.Options) diff.Side {
	t.Helper()
	o.All = true
	r, err := audit.Run(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return diff.Side{Graph: graph.Build(s, o.Config), Findings: r.Report.Findings}
}

func text(t *testing.T, d diff.Document) string {
	t.Helper()
	b, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

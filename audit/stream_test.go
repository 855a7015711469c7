package audit

import (
	"reflect"
	"slices"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/facts"
	"esaudit/internal/estate"
	"esaudit/policies"
)

// An audit that goes through an estate some subjects at a time, counts what
// passes and lets values go reports what one does that judges the whole document
// and keeps everything.
func TestLeanAuditReportsTheSame(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{estate.Large(30, 5).Part()})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{OwnerTag: "owner", Framework: "cis"}
	whole, err := Run(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := policies.New(t.Context(), policies.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Judge(t.Context(), engine, s, facts.Build(whole.Graph))
	if err != nil {
		t.Fatal(err)
	}
	owners := map[string]string{}
	for _, x := range facts.Build(whole.Graph).Subjects {
		owners[x.ARN] = x.Tags[o.OwnerTag]
	}
	for i := range plain {
		plain[i].Subject.Owner = owners[plain[i].Subject.ARN]
	}
	if !reflect.DeepEqual(whole.judged.findings, plain) {
		t.Error("portions give other findings than the whole document")
	}
	s.Limit(1000)
	o.Lean = true
	lean, err := Run(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(lean.judged.counted) == 0 {
		t.Error("nothing is counted only")
	}
	if !reflect.DeepEqual(lean.Report, whole.Report) || !slices.Equal(lean.Owners(), whole.Owners()) {
		t.Error("a lean audit has another report")
	}
	for _, owner := range whole.Owners() {
		mine := func(of string) bool { return of == owner }
		if !reflect.DeepEqual(lean.ReportOf(mine, false), whole.ReportOf(mine, false)) {
			t.Errorf("a lean audit has another report of %q", owner)
		}
	}
}

package graph

import (
	"bytes"
	"slices"
	"testing"

	"esaudit/config"
	"esaudit/internal/estate"
)

// What sources name is looked for in every VPC that holds any of it: VPCs may
// have the same addresses.
func TestEverybodyInEveryVPC(t *testing.T) {
	i := slices.IndexFunc(estate.Stories(), func(s estate.Story) bool { return s.Name == "p3-peered" })
	part := estate.Stories()[i].Accounts[0].Part()
	for i, a := range part.Answers {
		part.Answers[i].Body = bytes.ReplaceAll(a.Body, []byte("10.40.1."), []byte("10.10.1."))
	}
	g := Build(assembled(t, part), config.Config{})
	got := g.everybody([]string{"10.10.1.0/25", "192.168.0.0/24", "203.0.113.0/24"}).names()
	want := []string{"192.168.0.0/24", "203.0.113.0/24"}
	for _, vpc := range g.Names("vpc") {
		want = append(want, vpc+"/10.10.1.0/25")
	}
	if !slices.Equal(got, want) || len(want) < 4 {
		t.Errorf("%q, want %q", got, want)
	}
}

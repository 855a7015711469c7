package main

import (
	"io"
	"slices"
	"testing"
	"time"

	"esaudit/collector"
	"esaudit/collector/recording"
)

// An account that is in no file is a gap at the earliest instant of those that are,
// of the regions of all of them, once however often it is expected.
func TestMergeExpectsAccounts(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }
	of := func(id string, at time.Time, regions ...string) collector.Named {
		s, err := collector.Assemble([]recording.Part{{Account: id, TakenAt: at, Regions: regions}})
		if err != nil {
			t.Fatal(err)
		}
		return collector.Named{Name: id + ".json", Snapshot: s}
	}
	parts := []collector.Named{
		of("1234567890123456", day(22), "cn-hangzhou"), of("2345678901234567", day(20), "cn-beijing", "cn-hangzhou"), of("3456789012345678", day(24), "cn-shanghai"),
	}
	a := &app{stderr: io.Discard}
	got, err := a.missing([]string{"acs:ram::4567890123456789:role/a", "acs:ram::2345678901234567:role/a", "acs:ram::4567890123456789:role/b"}, parts)
	if err != nil || len(got) != 1 {
		t.Fatalf("%d gaps, %v", len(got), err)
	}
	gap := got[0].Snapshot.Accounts()[0]
	if gap.ID != "4567890123456789" || !gap.TakenAt.Equal(day(20)) || !slices.Equal(gap.Regions, []string{"cn-beijing", "cn-hangzhou", "cn-shanghai"}) {
		t.Errorf("account %s at %s, %v", gap.ID, gap.TakenAt, gap.Regions)
	}
}

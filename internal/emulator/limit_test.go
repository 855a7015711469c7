package emulator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

// The call above a quota is refused in the vendor's words, until the window is
// over; other operations and regions have quotas of their own.
func TestLimit(t *testing.T) {
	now := timeNow()
	s, c := direct(t, []recording.Part{faultyPart()}, Options{Faults: mustFaults(t, "limit=3/1s:ram.*,limit=2/1m:elasticsearch.*"), Now: now.read})
	describe := api.Request{Region: region, Product: "elasticsearch", Operation: "DescribeInstance", Params: map[string]string{"InstanceId": "es-cn-1"}}
	ask := func(q api.Request, times int) string {
		got := ""
		for range times {
			r := c.call(q, nil)
			got += fmt.Sprint(r.status, r.code(), " ")
		}
		return got
	}
	if got := ask(users, 4); got != "200 200 200 400Throttling.User " {
		t.Error(got)
	}
	if got := ask(describe, 3); got != "200 200 429Throttling " {
		t.Error(got)
	}
	if got := ask(api.Request{Product: "ram", Operation: "ListRoles"}, 1); got == "400Throttling.User " {
		t.Error("an operation has the quota of another")
	}
	now.forward(time.Second)
	if got := ask(users, 1) + ask(describe, 1); got != "200 429Throttling " {
		t.Errorf("a second later: %s", got)
	}
	if got := s.Requests()[3]; got.Fault != "limit" {
		t.Errorf("noted as %+v", got)
	}
}

// A shared quota is of all operations of a product, in a region.
func TestSharedLimit(t *testing.T) {
	now := timeNow()
	_, c := direct(t, []recording.Part{faultyPart()}, Options{Faults: mustFaults(t, "limit=2/1s+shared:*"), Now: now.read})
	describe := api.Request{Region: region, Product: "elasticsearch", Operation: "DescribeInstance", Params: map[string]string{"InstanceId": "es-cn-1"}}
	got := ""
	for _, q := range []api.Request{users, {Product: "ram", Operation: "ListRoles"}, users, describe} {
		got += fmt.Sprint(c.call(q, nil).code(), " ")
	}
	if strings.Count(got, "Throttling") != 1 || !strings.HasSuffix(got, "Throttling.User  ") { // the third, and not that of another product
		t.Errorf("%q", got)
	}
}

// A quota lets pass exactly what a count over the window's calls does.
func TestQuota(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := quota{calls: rapid.IntRange(1, 5).Draw(t, "calls"), window: time.Second, fixed: rapid.Bool().Draw(t, "fixed")}
		var m meters
		var passed []time.Time
		now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
		for range 40 {
			now = now.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "ms")) * time.Millisecond)
			n := 0
			for _, at := range passed {
				if q.fixed && at.Unix() == now.Unix() || !q.fixed && now.Sub(at) < q.window {
					n++
				}
			}
			refused := m.exceeds(q, &call{product: "ram", operation: "ListUsers"}, now)
			if refused != (n >= q.calls) {
				t.Fatalf("refused: %v after %d of %d", refused, n, q.calls)
			}
			if !refused {
				passed = append(passed, now)
			}
		}
	})
}

func TestParseQuota(t *testing.T) {
	for text, want := range map[string]quota{
		"100": {100, time.Second, false, false}, "600/1m": {600, time.Minute, false, false}, "5/500ms+fixed": {5, 500 * time.Millisecond, true, false},
		"1+fixed": {1, time.Second, true, false}, "7+shared": {7, time.Second, false, true}, "1/1s+shared+fixed": {1, time.Second, true, true},
	} {
		if got, err := parseQuota(text); got != want || err != nil {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "x", "9999999", "1/", "1/0s", "1/2h", "1+sliding", "1/1s+", "1/1s/1s", "1+shared+shared", "1+"} {
		if _, err := parseQuota(text); err == nil {
			t.Errorf("%q is a quota", text)
		}
	}
}

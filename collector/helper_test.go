package collector_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

const hangzhou = "cn-hangzhou"

func taken() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }

// answer is what a call gave: "ecs.DescribeInstances VpcId=vpc-1 ZoneId=h" is
// product, operation and parameters.
func answer(call string, status int, body string) api.Answer {
	words := strings.Fields(call)
	product, operation, _ := strings.Cut(words[0], ".")
	a := api.Answer{
		Request: api.Request{Region: hangzhou, Product: product, Operation: operation, Params: map[string]string{}},
		Status:  status, Body: []byte(body),
	}
	for _, param := range words[1:] {
		name, value, _ := strings.Cut(param, "=")
		a.Params[name] = value
	}
	if slices.Contains([]string{"ram", "sts", "resourcemanager"}, product) {
		a.Region = ""
	}
	return a
}

func ok(call, body string) api.Answer { return answer(call, 200, body) }

func in(region string, a api.Answer) api.Answer {
	a.Region = region
	return a
}

// denied is the vendor's refusal of a call.
func denied(call string) api.Answer {
	return answer(call, 403, `{"Code":"Forbidden.RAM","Message":"User not authorized"}`)
}

// assembled is the account that the answers describe.
func assembled(t testing.TB, answers ...api.Answer) *snapshot.Account {
	t.Helper()
	return snapshotOf(t, answers...).Accounts()[0]
}

func snapshotOf(t testing.TB, answers ...api.Answer) *snapshot.Snapshot {
	t.Helper()
	s, err := collector.Assemble([]recording.Part{{
		Account: "1234567890123456", TakenAt: taken(), Regions: []string{hangzhou}, Answers: answers,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// outcome is what came of a call for a subject, and why: "read", "failed: field
// Result is missing".
func outcome(a *snapshot.Account, name, subject string) string {
	product, operation, _ := strings.Cut(name, ".")
	for _, region := range []string{hangzhou, snapshot.Global} {
		c := snapshot.Call{Region: region, Product: product, Operation: operation, Subject: subject}
		if s := a.Answer(c); s != snapshot.NeverMade {
			if code := a.Code(c); code != "" {
				return s.String() + ": " + code
			}
			return s.String()
		}
	}
	return snapshot.NeverMade.String()
}

func wantOutcome(t testing.TB, a *snapshot.Account, name, subject, want string) {
	t.Helper()
	if got := outcome(a, name, subject); got != want {
		t.Errorf("%s %s: %s, want %s", name, subject, got, want)
	}
}

// ids of the objects of a kind in the region.
func ids(a *snapshot.Account, kind snapshot.Kind) string {
	var out []string
	for _, o := range a.Objects(kind) {
		out = append(out, o.ID)
	}
	return strings.Join(out, " ")
}

func wantIDs(t testing.TB, a *snapshot.Account, kind snapshot.Kind, want string) {
	t.Helper()
	if got := ids(a, kind); got != want {
		t.Errorf("objects of kind %s: %q, want %q", kind, got, want)
	}
}

// text is a value of an object as JSON: "-" when it is absent. path begins with
// "attributes" or an aspect.
func text(a *snapshot.Account, kind snapshot.Kind, id string, path ...string) string {
	for _, region := range []string{hangzhou, snapshot.Global} {
		if o := a.Object(kind, region, id); o.Exists() {
			n := o.Node.Get(path...)
			if n == nil {
				return "-"
			}
			return string(n.AppendCompact(nil))
		}
	}
	return "no such object"
}

func wantText(t testing.TB, a *snapshot.Account, kind snapshot.Kind, id, path, want string) {
	t.Helper()
	if got := text(a, kind, id, strings.Split(path, "/")...); got != want {
		t.Errorf("%s %s %s: %s, want %s", kind, id, path, got, want)
	}
}

package emulator

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

func mustFaults(t testing.TB, spec string) Faults {
	t.Helper()
	f, err := ParseFaults(spec)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestParseFaults(t *testing.T) {
	for spec, want := range map[string]string{
		"":                              "",
		"throttle":                      "throttle 0s * 1-0",
		" 500 , latency=50ms:slb.*:2-3": "500 0s * 1-0; latency 50ms slb.* 2-3",
		"throttle:elasticsearch.DescribeInstance:2": "throttle 0s elasticsearch.DescribeInstance 1-2",
		"cut:*/es-cn-1:3-":                          "cut 0s * es-cn-1 3-0",
		"timeout=1s":                                "timeout 1s * 1-0",
		"later":                                     "later 1h0m0s * 1-0",
		"random:7:10%":                              "random 7 1000 14",
		"random:7:0.25%:reset+timeout":              "random 7 25 2",
	} {
		f, err := ParseFaults(spec)
		var got []string
		for _, r := range f.rules {
			if r.chance != nil {
				got = append(got, fmt.Sprint("random ", r.chance.seed, r.chance.share, len(r.chance.kinds)))
				continue
			}
			words := []string{r.kind, r.value.String(), r.operation, r.subject, fmt.Sprintf("%d-%d", r.from, r.to)}
			got = append(got, strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " "))
		}
		if strings.Join(got, "; ") != want || err != nil {
			t.Errorf("%q is %q, not %q (%v)", spec, strings.Join(got, "; "), want, err)
		}
	}
	for spec, says := range map[string]string{
		"boom":                     `parse fault "boom": no kind "boom" (the kinds are throttle, later, 403,`,
		"500,":                     `parse fault "": no kind ""`,
		"500=1s":                   "of later, timeout, latency, slow, of no other kind",
		"latency=soon":             `"soon": a time up to 1h such as 50ms`,
		"latency=2h":               "up to 1h",
		"500:slb":                  `"slb" is no PRODUCT.OPERATION`,
		"500:slb.[":                "is no PRODUCT.OPERATION",
		"500:slb.X:0":              `"0" is no number of attempts: 2 (the first two), 2-3, or 2- (from the second on)`,
		"500:slb.X:3-2":            "is no number of attempts",
		"500:slb.X:1:2":            "too many parts",
		"random:x:10%":             `"x" is no seed`,
		"random:1:10":              `"10" is no share: 0% to 100%`,
		"random:1:101%":            "is no share",
		"random:1:NaN%":            "is no share",
		"limit":                    "is no CALLS[/WINDOW][+fixed][+shared] such as 100",
		"random:1:5%:limit":        "limit is not for random faults",
		"random":                   "such as random:7:10%",
		"random:1:5%:reset+boom":   `no kind "boom"`,
		"throttle,random:1:5%:a:b": "such as random:7:10%",
	} {
		if _, err := ParseFaults(spec); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", spec, err)
		}
	}
	for _, k := range kinds() {
		if !strings.Contains(FaultHelp(), k.name+" ") {
			t.Errorf("the help does not tell of %s", k.name)
		}
	}
}

var users = api.Request{Product: "ram", Operation: "ListUsers"}

func faultyPart() recording.Part {
	var people []string
	for i := range 30 {
		people = append(people, fmt.Sprintf(`{"UserName":"u%d"}`, i))
	}
	return part(slices.Concat(spread("ram.ListUsers", nil, people, nil), smallPart().Answers[:2], spread("vpc.DescribeVpcs", nil, people, nil))...)
}

// What each fault looks like to a client.
func TestFaults(t *testing.T) {
	describe := api.Request{Region: region, Product: "elasticsearch", Operation: "DescribeInstance", Params: map[string]string{"InstanceId": "es-cn-1"}}
	for _, test := range []struct {
		spec   string
		q      api.Request
		status int
		code   string
		holds  string
	}{
		{"throttle", users, 400, "Throttling.User", "flow control"},
		{"throttle", describe, 429, "Throttling", "QPS Limit Exceeded"},
		{"later", users, 400, "Throttling.User", "flow control"},
		{"403", describe, 403, "Forbidden.RAM", `"AccessDeniedDetail":{"AuthAction":"elasticsearch:DescribeInstance"`},
		{"500", users, 500, "InternalError", ""},
		{"503", users, 503, "ServiceUnavailable", ""},
		{"html", users, 500, "", "<html>"},
		{"bad-code", users, 500, "500", `"Code":500`},
		{"wrong-types", users, 200, "", `"Users":{"User":"no list"}`},
		{"wrong-types", describe, 200, "", `"Result":"not what it was"`},
		{"endless", users, 200, "", `"IsTruncated":true`},
		{"slow=8ms,latency=1ms", describe, 200, "", `"Result":{"instanceId":"es-cn-1"}`},
		{"500:ram.List*", users, 500, "InternalError", ""},
		{"500:ram.List*", describe, 200, "", "Result"},
		{"500:*/es-cn-1", describe, 500, "InternalError", ""},
		{"500:*/es-cn-2", describe, 200, "", "Result"},
		{"500,403", describe, 500, "InternalError", ""},
	} {
		s, c := serve(t, []recording.Part{faultyPart()}, Options{Faults: mustFaults(t, test.spec)})
		r := c.call(test.q, nil)
		if r.err != nil || r.status != test.status || r.code() != test.code || !strings.Contains(string(r.body), test.holds) {
			t.Errorf("%s: %d %s %v", test.spec, r.status, r.body, r.err)
		}
		if got := s.Requests()[0]; test.status != 200 && got.Fault != strings.Split(strings.Split(test.spec, ",")[0], ":")[0] {
			t.Errorf("%s: noted as %+v", test.spec, got)
		}
	}
}

// Only who is told to come back later is told when.
func TestFaultsThatSayWhenToComeBack(t *testing.T) {
	for spec, want := range map[string]string{"later": "3600", "later=7s": "7", "throttle": "", "500": ""} {
		_, c := serve(t, []recording.Part{faultyPart()}, Options{Faults: mustFaults(t, spec)})
		if got := c.call(users, nil).header.Get("Retry-After"); got != want {
			t.Errorf("%s: Retry-After %q, not %q", spec, got, want)
		}
	}
}

func TestFaultsOfTheBody(t *testing.T) {
	ask := func(spec string) (reply, *client) {
		_, c := serve(t, []recording.Part{faultyPart()}, Options{Faults: mustFaults(t, spec)})
		return c.call(users, nil), c
	}
	whole, _ := ask("")
	if r, _ := ask("cut"); r.err != nil || r.status != 200 || len(r.body) != len(whole.body)/2 || !strings.HasPrefix(string(whole.body), string(r.body)) {
		t.Errorf("cut: %d %s %v", r.status, r.body, r.err)
	}
	if r, _ := ask("empty"); r.err != nil || r.status != 200 || len(r.body) != 0 {
		t.Errorf("empty: %d %s %v", r.status, r.body, r.err)
	}
	if r, _ := ask("drop"); !errors.Is(r.err, io.ErrUnexpectedEOF) || len(r.body) != len(whole.body)/2 {
		t.Errorf("drop: %d %s %v", r.status, r.body, r.err)
	}
	if r, _ := ask("reset"); !errors.Is(r.err, syscall.ECONNRESET) || r.hint != "reset" {
		t.Errorf("reset: %d %v", r.status, r.err)
	}
	if r, _ := ask("timeout=1ms"); r.err == nil || r.hint != "timeout" {
		t.Errorf("timeout: %d %v", r.status, r.err)
	}
}

func TestFaultyLists(t *testing.T) {
	count := func(spec string, q api.Request) (names []string, pages int) {
		_, c := serve(t, []recording.Part{faultyPart()}, Options{Faults: mustFaults(t, spec)})
		replies := c.pages(q, 10)
		for _, r := range replies {
			for _, word := range strings.Split(string(r.body), `"`) {
				if strings.HasPrefix(word, "u") {
					names = append(names, word)
				}
			}
		}
		return names, len(replies)
	}
	vpcs := api.Request{Region: region, Product: "vpc", Operation: "DescribeVpcs"}
	for _, q := range []api.Request{users, vpcs} {
		if names, pages := count("shrink", q); pages < 3 || pages > 4 || len(names) != 29 || slices.Contains(names, "u10") {
			t.Errorf("%s shrinks: %d pages, %v", q.Operation, pages, names)
		}
		if names, pages := count("endless", q); pages != 1000 || len(names) != 10_000 {
			t.Errorf("%s is endless: %d pages, %d items", q.Operation, pages, len(names))
		}
	}
}

// A fault that hits the first attempts lets later ones through; every page and
// every question counts its own.
func TestAttempts(t *testing.T) {
	s, c := serve(t, []recording.Part{faultyPart()}, Options{Faults: mustFaults(t, "500:*:2,throttle:ram.*:4-")})
	var got []int
	for range 5 {
		got = append(got, c.call(users, map[string]string{"MaxItems": "10"}).status)
	}
	got = append(got, c.call(users, map[string]string{"MaxItems": "20"}).status)
	if want := []int{500, 500, 200, 400, 400, 500}; !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
	var attempts []int
	for _, q := range s.Requests() {
		attempts = append(attempts, q.Attempt)
	}
	if want := []int{1, 2, 3, 4, 5, 1}; !slices.Equal(attempts, want) {
		t.Errorf("attempts %v, not %v", attempts, want)
	}
}

// Random faults are the same for the same seed, whatever the order and however
// many at a time; their share is about what was asked for.
func TestRandomFaults(t *testing.T) {
	hit := func(seed int, order []int, workers int) map[string]string {
		s, c := direct(t, []recording.Part{faultyPart()}, Options{Faults: mustFaults(t, "random:"+strconv.Itoa(seed)+":10%:500+throttle+cut+empty")})
		work := make(chan int)
		var all sync.WaitGroup
		for worker := range workers {
			own := *c
			own.nonce = (worker + 1) * 1_000_000
			all.Go(func() {
				for i := range work {
					own.call(users, map[string]string{"MaxItems": strconv.Itoa(i + 1)})
				}
			})
		}
		for _, i := range order {
			work <- i
		}
		close(work)
		all.Wait()
		out := map[string]string{}
		for _, q := range s.Requests() {
			if q.Fault != "" {
				out[q.Page["MaxItems"]+"/"+strconv.Itoa(q.Attempt)] = q.Fault
			}
		}
		return out
	}
	var forth, back []int
	for i := range 200 {
		forth = append(forth, i/2) // each asked twice
		back = append(back, (199-i)/2)
	}
	hits := 0
	var first map[string]string
	for seed := range 20 {
		a, b := hit(seed, forth, 1), hit(seed, back, 4)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("seed %d: another order, other faults: %s", seed, diff)
		}
		if seed == 0 {
			first = a
		} else if maps.Equal(first, a) {
			t.Errorf("seed %d: the faults of seed 0", seed)
		}
		hits += len(a)
	}
	if hits < 300 || hits > 500 { // 400 expected of 4000
		t.Errorf("%d of 4000 requests were hit", hits)
	}
}

// A recorded call without an HTTP answer has none again, and its client can tell
// why.
func TestBrokenConnections(t *testing.T) {
	for _, why := range []string{"timeout", "refused", "reset", "tls", "canceled", ""} {
		broken := line("ram.ListUsers", nil, 0, "")
		broken.Err = why
		s, c := serve(t, []recording.Part{part(broken)}, Options{Hang: 30 * time.Millisecond})
		began := time.Now()
		r := c.call(users, nil)
		want := why
		if why == "" {
			want = "reset"
		}
		if r.err == nil || r.hint != want {
			t.Errorf("%q: %d, hint %q, %v", why, r.status, r.hint, r.err)
		}
		if took := time.Since(began); why == "timeout" && took < 30*time.Millisecond {
			t.Errorf("the timeout lasted %v", took)
		}
		if got := s.Requests(); len(got) != 1 || got[0].Status != 0 {
			t.Errorf("%q: noted as %+v: the client asked again by itself", why, got)
		}
		if why == "tls" && !strings.Contains(r.err.Error(), `malformed HTTP response "\x15\x03\x03`) {
			t.Errorf("tls: %v", r.err)
		}
	}
	// A client that gives up first is let go.
	broken := line("ram.ListUsers", nil, 0, "")
	broken.Err = "timeout"
	_, c := serve(t, []recording.Part{part(broken)}, Options{})
	c.http.Timeout = 20 * time.Millisecond
	if r := c.call(users, nil); r.err == nil || !strings.Contains(r.err.Error(), "Timeout") {
		t.Errorf("%d %v", r.status, r.err)
	}
}

// Refusals, failures and texts are answered as recorded.
func TestRefusalsAsRecorded(t *testing.T) {
	denied := line("ram.ListUsers", nil, 403, `{ "Code":"NoPermission","Message":"m", "AccessDeniedDetail":{"AuthAction":"ram:ListUsers"}}`)
	text := line("ram.ListGroups", nil, 502, "")
	text.Text = "<html>bad gateway</html>"
	empty := line("ram.ListRoles", nil, 200, "")
	skipped := line("ram.GetPasswordPolicy", nil, -1, "")
	skipped.Err = "skipped: quota"
	odd := line("ram.GetUser", nil, 101, "")
	s, c := serve(t, []recording.Part{part(denied, text, empty, skipped, odd)}, Options{})
	for _, test := range []struct {
		operation string
		status    int
		body      string
	}{
		{"ListUsers", 403, string(denied.Body)}, {"ListGroups", 502, text.Text}, {"ListRoles", 200, ""},
		{"GetPasswordPolicy", 404, `"Code":"NotRecorded","Message":"skipped: quota"`}, {"ListAccessKeys", 404, `"Code":"NotRecorded","Message":"The recording does not hold this call."`},
	} {
		r := c.call(api.Request{Product: "ram", Operation: test.operation}, nil)
		if r.err != nil || r.status != test.status || !strings.Contains(string(r.body), test.body) || test.status != 404 && string(r.body) != test.body {
			t.Errorf("%s: %d %s %v", test.operation, r.status, r.body, r.err)
		}
	}
	if r := c.call(api.Request{Product: "ram", Operation: "ListGroups"}, nil); strings.Contains(r.header.Get("Content-Type"), "json") {
		t.Errorf("a text is sent as %s", r.header.Get("Content-Type"))
	}
	if r := c.call(api.Request{Product: "ram", Operation: "GetUser"}, nil); r.err == nil {
		t.Errorf("status 101: %d", r.status)
	}
	if s.NotRecorded() != 2 {
		t.Errorf("%d not recorded", s.NotRecorded())
	}
}

// An operation that is in no list here is answered line by line.
func TestUnknownOperations(t *testing.T) {
	_, c := serve(t, []recording.Part{part(
		line("vpc.ListNewThings", nil, 200, `{"Things":[1],"NextToken":"abc"}`),
		line("vpc.ListNewThings", nil, 200, `{"Things":[2]}`),
	)}, Options{})
	for _, test := range []struct{ name, value, want string }{
		{"RegionId", region, `{"Things":[1],"NextToken":"abc"}`}, {"NextToken", "abc", `{"Things":[2]}`}, {"PageNumber", "2", `{"Things":[2]}`}, {"PageNumber", "9", `{"Things":[2]}`},
	} {
		if r := c.rpc("POST", "2016-04-28", "ListNewThings", map[string]string{"RegionId": region, test.name: test.value}); string(r.body) != test.want {
			t.Errorf("%s=%s: %s", test.name, test.value, r.body)
		}
	}
}

package graph_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"esaudit/internal/wild"
)

// The naive evaluator agrees on random estates: 21,000 questions, and more than
// a million with ESAUDIT_LONG. Estates of the first seeds are enough to have
// every control give every verdict that it can.
func TestTwinsOnRandomEstates(t *testing.T) {
	const counted, each = 200, 105
	total := counted
	if testing.Short() {
		total = 60
	}
	if os.Getenv("ESAUDIT_LONG") != "" {
		total = 9_600
	}
	seen, wrong := decided{}, 0
	for seed := range total {
		if seed == counted {
			checkMinima(t, seen)
		}
		e := wild.New(uint64(seed))
		w := newTwins(t, e.Config, e.Part)
		for _, q := range e.Questions(rand.New(rand.NewPCG(uint64(seed), 11)), each) {
			if d := w.differ(q[0], q[1], seen); d != "" && wrong < 20 {
				wrong++
				if testing.Short() {
					t.Fatalf("seed %d: %s -> %s: %s", seed, q[0], q[1], d)
				}
				t.Errorf("seed %d: %s -> %s: %s\n%s", seed, q[0], q[1], d, w.told(q[0], q[1]))
			}
		}
	}
	if total == counted {
		checkMinima(t, seen)
	}
	t.Logf("%d questions, %d of them refused by both, %d differ", total*each, seen["error"], wrong)
	if total > counted {
		t.Logf("paths that the control of a kind decides:\n%s", seen.table())
	}
}

// minima says how often at least a control of a kind of path has to give its
// path the verdict reachable, blocked and unknown, in this order. Zero is what
// SEMANTICS does not make possible.
const minima = `
E1 arch 24 30 30
E1 backend 0 8 7
E1 backend-admits 24 21 30
E1 backend-health 24 10 15
E1 backend-weight 24 6 2
E1 cluster-status 24 19 26
E1 endpoint-state 24 30 15
E1 host 24 30 20
E1 lb-active 24 14 10
E1 lb-internal 24 30 2
E1 listener 24 30 26
E1 listener-filter 24 9 30
E1 listener-protocol 24 30 1
E1 service 24 21 30
E1 zone 24 15 30
E2 arch 13 0 0
E2 cluster-status 13 2 5
E2 host 13 0 30
E2 sg-ingress 13 3 7
P1 cluster-status 30 30 30
P1 entry-exists 30 30 30
P1 port 30 30 30
P1 source-internet 30 30 0
P1 whitelist 30 30 30
P2 cluster-status 30 30 30
P2 entry-exists 30 30 30
P2 nacl-egress 30 23 30
P2 nacl-reply 30 11 30
P2 port 30 30 30
P2 pvl-ingress 7 30 30
P2 route 30 25 30
P2 same-vpc 30 30 30
P2 sg-egress 30 23 30
P2 source-address 30 30 30
P2 whitelist 30 30 30
P3 cluster-status 30 23 30
P3 entry-exists 30 30 30
P3 nacl-egress 30 20 30
P3 nacl-reply 30 9 30
P3 peering 30 30 30
P3 port 30 30 30
P3 route-back 30 30 30
P3 route-source 30 16 30
P3 sg-egress 30 11 30
P3 source-address 30 30 30
P3 whitelist 30 30 30
P4 cen 30 30 30
P4 cluster-status 30 30 30
P4 entry-exists 30 30 30
P4 nacl-egress 30 30 30
P4 nacl-reply 30 24 30
P4 port 30 30 30
P4 route-back 30 30 30
P4 route-source 30 30 30
P4 sg-egress 30 21 30
P4 source-address 30 30 30
P4 tr-tables 30 0 30
P4 whitelist 30 30 30
P5 backend 0 0 30
P5 backend-address 30 0 30
P5 backend-health 30 30 30
P5 backend-port 30 30 30
P5 backend-weight 30 30 30
P5 cluster-status 30 30 30
P5 lb-active 30 30 30
P5 lb-facing 30 30 30
P5 listener 30 30 30
P5 listener-filter 30 30 30
P5 listener-protocol 30 30 25
P5 nacl-egress 18 30 30
P5 nacl-reply 18 29 30
P5 sg-egress 17 18 30
P5 source-address 18 30 30
P5 source-internet 30 30 0
P5 whitelist 30 30 30
P6 cluster-status 9 29 30
P6 dnat 9 8 30
P6 dnat-protocol 9 30 15
P6 dnat-status 9 30 30
P6 port 9 30 30
P6 source-internet 9 30 0
P6 whitelist 9 30 30
P7 backend 0 0 30
P7 backend-health 7 15 13
P7 backend-weight 7 8 2
P7 cluster-status 29 30 30
P7 dnat 10 0 30
P7 dnat-protocol 10 1 5
P7 dnat-status 10 5 11
P7 entry-exists 29 0 30
P7 lb-active 7 30 10
P7 lb-facing 7 30 25
P7 listener 7 30 18
P7 listener-filter 7 30 21
P7 listener-protocol 7 30 1
P7 nacl-egress 29 30 30
P7 nacl-reply 29 30 30
P7 port 29 1 30
P7 proxy 18 0 30
P7 route 29 4 30
P7 same-vpc 29 24 30
P7 sg-egress 29 19 30
P7 sg-ingress 29 30 30
P7 source-address 29 0 30
P7 source-internet 29 30 0
P7 whitelist 29 30 30
none no-path 0 30 30
onprem cen 3 30 27
onprem cluster-status 30 10 30
onprem entry-exists 30 0 30
onprem peering 8 5 26
onprem port 30 30 30
onprem route-back 30 30 30
onprem same-vpc 20 0 18
onprem source-address 30 0 30
onprem tr-tables 3 0 18
onprem whitelist 30 30 30
`

func checkMinima(t *testing.T, seen decided) {
	t.Helper()
	known := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(minima)) {
		fields := strings.Fields(line)
		for i, verdict := range []string{"reachable", "blocked", "unknown"} {
			triple := fields[0] + " " + fields[1] + " " + verdict
			least, err := strconv.Atoi(fields[2+i])
			if err != nil {
				t.Fatal(err)
			}
			known[triple] = true
			if n := seen[triple]; n < least || least == 0 && n > 0 {
				t.Errorf("%s was found %d times, at least %d are wanted", triple, n, least)
			}
		}
	}
	for triple, n := range seen {
		if !known[triple] && triple != "error" {
			t.Errorf("%s was found %d times, and is not in the table", triple, n)
		}
	}
}

// It agrees where answers contradict each other, too.
func TestTwinsOnTornEstates(t *testing.T) {
	seen, wrong, contradicted := decided{}, 0, 0
	for seed := range seeds(40) {
		e := wild.With(wild.Options{Seed: uint64(seed), Account: "1234567890123456", Tag: "w", Rough: 0.01, Torn: 0.3})
		w := newTwins(t, e.Config, e.Part)
		for _, q := range e.Questions(rand.New(rand.NewPCG(uint64(seed), 12)), 60) {
			if d := w.differ(q[0], q[1], seen); d != "" && wrong < 20 {
				wrong++
				t.Errorf("seed %d: %s -> %s: %s\n%s", seed, q[0], q[1], d, w.told(q[0], q[1]))
			}
			if strings.Contains(w.told(q[0], q[1]), "contradict") {
				contradicted++
			}
		}
	}
	if contradicted < seeds(40)*5 {
		t.Errorf("answers contradict each other in what decides %d questions only", contradicted)
	}
}

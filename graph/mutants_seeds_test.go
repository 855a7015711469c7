package graph_test

import (
	"testing"

	"esaudit/internal/wild"
)

// Questions among a million that the twins did not agree on: a server that is
// reported twice, and an address that two clusters have.
func TestTwinsAgreeOnWhatTheyDidNot(t *testing.T) {
	for seed, q := range map[uint64][2]string{
		8400: {"es:es-cn-w01", "ep-w01-zone-a.epsrv-w01.ap-southeast-1.privatelink.aliyuncs.com:9201"},
		8984: {"internet:203.0.113.10", "es:es-cn-w02:9300"},
	} {
		e := wild.New(seed)
		w := newTwins(t, e.Config, e.Part)
		if d := w.differ(q[0], q[1], decided{}); d != "" {
			t.Errorf("seed %d: %s\n%s", seed, d, w.told(q[0], q[1]))
		}
	}
}

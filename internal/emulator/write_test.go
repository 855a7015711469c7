package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/recording"
)

// change sends an ROA write about a cluster.
func (c *client) change(method, id, rest string, query map[string]string, body string) reply {
	r := c.roaRequest(method, esHost, "/openapi/instances/"+id+"/"+rest, query, []byte(body))
	r.Header.Set("Content-Type", "application/json")
	text := r.URL.Path
	if len(query) > 0 {
		text = strings.Replace(r.URL.Path+"?"+queryText(query), "?&", "?", 1)
	}
	c.signROA(r, text)
	return c.send(r)
}

func queryText(query map[string]string) string {
	out := ""
	for _, name := range slices.Sorted(maps.Keys(query)) {
		out += "&" + name + "=" + query[name]
	}
	return out
}

// at follows names and numbers into a decoded answer.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

const orders = "es-cn-orderssearch1"

func demoParts(t testing.TB) []recording.Part { return open(t, filepath.Join(estates, "demo")) }

func (r reply) want(t *testing.T, status int, code string) reply {
	t.Helper()
	if r.status != status || r.code() != code {
		t.Errorf("%d %s, not %d %s: %s %v", r.status, r.code(), status, code, r.body, r.err)
	}
	return r
}

func TestWhitelistWrite(t *testing.T) {
	s, c := serve(t, demoParts(t), Options{State: t.TempDir(), Reads: 1})
	c.change(http.MethodPost, orders, "actions/modify-white-ips", map[string]string{"clientToken": "t-1"},
		`{"modifyMode":"Delete","whiteIpGroup":{"groupName":"tmp_migration","ips":["0.0.0.0/0"],"whiteIpType":"PUBLIC_ES"}}`).want(t, 400, "InvalidParameter")
	c.change(http.MethodPost, orders, "actions/modify-white-ips", map[string]string{"clientToken": "t-1"},
		`{"modifyMode":"Cover","whiteIpGroup":{"groupName":"tmp_migration","ips":[],"whiteIpType":"PUBLIC_ES"}}`).want(t, 200, "")
	if n := len(s.Effects()); n != 1 {
		t.Errorf("%d effects", n)
	}
	v := c.read(t, describeInstance, map[string]string{"InstanceId": orders})
	if at(v, "Result", "status") != "activating" {
		t.Error("not activating")
	}
	v = c.read(t, describeInstance, map[string]string{"InstanceId": orders})
	if text, _ := json.Marshal(v); strings.Contains(string(text), "tmp_migration") || at(v, "Result", "status") != "active" {
		t.Errorf("%s", text)
	}
}

package cloud

import (
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"esaudit/collector/api"
)

var _ api.Writer = (*Writer)(nil)

func writer(t *testing.T, v *vendor, o Options) *Writer {
	t.Helper()
	return &Writer{caller(t, v, o)}
}

func whitelist() api.Write {
	return api.Write{
		Region: "cn-hangzhou", Product: "elasticsearch", Operation: "ModifyWhiteIps", Params: map[string]string{"InstanceId": "es-cn-1"},
		Body: []byte(`{"modifyMode":"Delete","whiteIpGroup":{"groupName":"default","ips":["0.0.0.0/0"],"whiteIpType":"PUBLIC_ES"}}`), Token: "t1",
	}
}

// Every write is sent the way the SDK's typed request of it is, token and dry
// run included. What the SDK's request lacks is listed here.
func TestWriteShapes(t *testing.T) {
	lacking := []string{}
	packages := map[string]map[string]typed{}
	for _, op := range Writes() {
		name := op.Product + "." + op.Operation
		if reads(op.Operation) || len(op.Actions) == 0 {
			t.Errorf("%s: a read, or without an action", name)
		}
		if packages[op.Product] == nil {
			packages[op.Product] = typedRequests(t, filepath.Join(sdkSource(t), op.Product))
		}
		want, there := packages[op.Product][op.Operation]
		if !there {
			t.Errorf("%s is not in the SDK", name)
			continue
		}
		for _, own := range []string{"body", "ClientToken", "clientToken", "DryRun", "dryRun"} {
			_, has := want.position[own]
			if sent := own == op.token || own == op.dryRun; own != "body" && sent && !has {
				lacking = append(lacking, name+" "+own)
			} else if own != "body" && !sent && has {
				t.Errorf("%s: %s is never sent", name, own)
			}
			if own == "body" || !has {
				delete(want.position, own)
			}
		}
		params := map[string]string{"InstanceId": "x"}
		for param := range want.position {
			if !reserved(param) {
				params[param] = "x"
			}
		}
		m, err := products()[op.Product].message(op.shape, op.Operation, "cn-hangzhou", params)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sameShape(t, name, m, want)
	}
	slices.Sort(lacking)
	want := []string{"elasticsearch.EnableKibanaPvlNetwork clientToken", "elasticsearch.UpdateKibanaPvlNetwork clientToken"}
	if !slices.Equal(lacking, want) {
		t.Errorf("the SDK lacks %q", lacking)
	}
}

// A write to Elasticsearch carries JSON, whatever the SDK's own Body field does,
// and its token in the query; an NLB one a form.
func TestWriteOnTheWire(t *testing.T) {
	v := newVendor(t, says(200, `{"Result":true,"RequestId":"1"}`))
	w := writer(t, v, Options{})
	got, err := w.Write(t.Context(), whitelist())
	if err != nil || got.Status != 200 || string(got.Body) != `{"Result":true,"RequestId":"1"}` || got.Operation != "ModifyWhiteIps" {
		t.Errorf("%v %s", err, describe(got))
	}
	for _, r := range []api.Write{
		{Region: "cn-hangzhou", Product: "elasticsearch", Operation: "DeleteVpcEndpoint", Params: map[string]string{"InstanceId": "es-cn-1", "EndpointId": "ep-1"}, Token: "t2"},
		{Region: "cn-hangzhou", Product: "nlb", Operation: "RemoveServersFromServerGroup", Params: map[string]string{"ServerGroupId": "sgp-1", "Servers.1.ServerId": "i-1"}, Token: "t3"},
		{Region: "cn-hangzhou", Product: "slb", Operation: "RemoveAccessControlListEntry", Params: map[string]string{"AclId": "acl-1", "AclEntrys": `[{"entry":"0.0.0.0/0"}]`}, Token: "t4"},
		{Region: "cn-hangzhou", Product: "privatelink", Operation: "DisableVpcEndpointConnection", Params: map[string]string{"ServiceId": "epsrv-1"}, Token: "t5", DryRun: true},
	} {
		if _, err := w.Write(t.Context(), r); err != nil {
			t.Errorf("%s: %v", r.Operation, err)
		}
	}
	list := v.asked()
	for _, s := range list {
		checkSignature(t, s, testKey().Secret)
	}
	es, remove, nlb, slb, try := list[0], list[1], list[2], list[3], list[4]
	if es.method != "POST" || es.path != "/openapi/instances/es-cn-1/actions/modify-white-ips" || es.query.Get("clientToken") != "t1" ||
		es.header.Get("Content-Type") != "application/json" || es.body != string(whitelist().Body) {
		t.Errorf("%+v", es)
	}
	if remove.method != "DELETE" || remove.path != "/openapi/instances/es-cn-1/vpc-endpoints/ep-1" || remove.query.Get("ClientToken") != "t2" || remove.body != "" {
		t.Errorf("%+v", remove)
	}
	if nlb.form.Get("Servers.1.ServerId") != "i-1" || nlb.form.Get("ClientToken") != "t3" || nlb.query.Has("ClientToken") {
		t.Errorf("%+v", nlb)
	}
	if slb.query.Get("AclEntrys") != `[{"entry":"0.0.0.0/0"}]` || slb.query.Has("ClientToken") {
		t.Errorf("%+v", slb)
	}
	if try.query.Get("DryRun") != "true" || try.query.Has("ClientToken") {
		t.Errorf("%+v", try)
	}
}

// What is not on the list of writes is refused before anything is sent, and so
// is a dry run where there is none.
func TestWriteRefused(t *testing.T) {
	v := newVendor(t, says(200, `{}`))
	w := writer(t, v, Options{})
	change := func(f func(*api.Write)) api.Write { r := whitelist(); f(&r); return r }
	for _, c := range []struct {
		r   api.Write
		why string
	}{
		{change(func(r *api.Write) { r.Operation = "DeleteInstance" }), "list of writes"},
		{change(func(r *api.Write) { r.Operation = "DescribeInstance" }), "list of writes"},
		{change(func(r *api.Write) { r.Product, r.Operation = "ram", "DetachPolicyFromUser" }), "list of writes"},
		{change(func(r *api.Write) { r.Product, r.Operation = "slb", "AddAccessControlListEntry" }), "no JSON body"},
		{change(func(r *api.Write) { r.Body = []byte(`{"a":`) }), "no JSON"},
		{change(func(r *api.Write) { r.Params = map[string]string{"InstanceId": "es-cn-1/../x"} }), "InstanceId"},
		{change(func(r *api.Write) { r.Params = nil }), "InstanceId"},
		{change(func(r *api.Write) { r.Region = "" }), "region"},
		{change(func(r *api.Write) { r.Params["clientToken"] = "mine" }), "clientToken"},
		{change(func(r *api.Write) { r.Params["Action"] = "DeleteInstance" }), "Action"},
	} {
		if _, err := w.Write(t.Context(), c.r); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v", c.r.Operation, err)
		}
	}
	if a, err := w.Write(t.Context(), change(func(r *api.Write) { r.DryRun = true })); err != nil || a.Status != -1 {
		t.Errorf("a dry run that there is not: %v %s", err, describe(a))
	}
	if n := len(v.asked()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// Only what the vendor turned away is sent again: never what may have had an
// effect.
func TestWriteIsNotRepeated(t *testing.T) {
	ok := says(200, `{"Result":true}`)
	broken := hijack(func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) })
	cut := hijack(func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{") })
	for name, c := range map[string]struct {
		first  http.HandlerFunc
		times  int
		status int
	}{
		"throttled":          {says(400, `{"Code":"Throttling.User"}`), 2, 200},
		"QPS":                {says(400, `{"Code":"X","Message":"QPS Limit Exceeded"}`), 2, 200},
		"429":                {says(429, `{}`), 2, 200},
		"at once":            {says(400, `{"Code":"ConcurrentCallNotSupported"}`), 2, 200},
		"500":                {says(500, `{"Code":"InternalServerError"}`), 1, 500},
		"503":                {says(503, `{"Code":"ServiceUnavailable"}`), 1, 503},
		"503 that throttles": {says(503, `{"Code":"Throttling"}`), 1, 503},
		"conflict":           {says(400, `{"Code":"ConcurrencyUpdateInstanceConflict"}`), 1, 400},
		"denied":             {says(403, `{"Code":"Forbidden.RAM"}`), 1, 403},
		"reset":              {broken, 1, 0},
		"cut":                {cut, 1, 0},
		"empty":              {says(200, ``), 1, 200},
		"a redirect elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1", http.StatusTemporaryRedirect)
		}, 1, 307},
	} {
		v := newVendor(t, inTurn(c.first, ok))
		a, err := writer(t, v, Options{}).Write(t.Context(), whitelist())
		if n := len(v.asked()); err != nil || n != c.times || a.Status != c.status {
			t.Errorf("%s: %v, sent %d times: %s", name, err, n, describe(a))
		}
	}
}

// A write that was sent is an answer, even when the context ends first; one that
// was not is an error.
func TestWriteCanceled(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	v := newVendor(t, func(_ http.ResponseWriter, r *http.Request) { stop(); <-r.Context().Done() })
	w := writer(t, v, Options{Timeout: time.Minute})
	if a, err := w.Write(ctx, whitelist()); err != nil || a.Status != 0 || a.Err != canceled {
		t.Errorf("%v %s", err, describe(a))
	}
	if a, err := w.Write(ctx, whitelist()); err == nil {
		t.Errorf("the context ended before: %s", describe(a))
	}
	if n := len(v.asked()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

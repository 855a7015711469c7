package emulator

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"esaudit/collector/api"
	"esaudit/collector/cloud"
	"esaudit/collector/recording"
)

// through is the project's own way to write, to a server.
func through(t *testing.T, c *client) *cloud.Writer {
	t.Helper()
	env := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": c.key.ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": c.key.Secret}
	way, err := cloud.New(cloud.Options{
		Allowed: func(string, string) bool { return true }, Getenv: func(name string) string { return env[name] },
		Endpoint: c.url, Rand: func() float64 { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(way.Close)
	k, err := way.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return way.Writer(k)
}

// write is what the seam of writes makes of one.
func (a asked) write(token string) api.Write {
	product, operation, _ := strings.Cut(a.name, ".")
	w := api.Write{Region: region, Product: product, Operation: operation, Params: maps.Clone(a.query), Token: token}
	if product == "elasticsearch" {
		if w.Params == nil {
			w.Params = map[string]string{}
		}
		w.Params["InstanceId"] = cluster
	}
	if a.body != "" {
		w.Body = []byte(a.body)
	}
	return w
}

// Every write that the project sends is served, and has its effect once however
// often it is sent with one token, where there are tokens.
func TestProjectsWrites(t *testing.T) {
	sent := map[string]bool{"elasticsearch.UpdateKibanaPvlNetwork": true, "elasticsearch.DeleteVpcEndpoint": true, "elasticsearch.CreateVpcEndpoint": true}
	known := map[string]bool{}
	for _, op := range cloud.Writes() {
		known[op.Product+"."+op.Operation] = true
	}
	for name, step := range steps() {
		if !known[step.write.name] || !known[step.undo.name] {
			continue
		}
		sent[step.write.name], sent[step.undo.name] = true, true
		t.Run(name, func(t *testing.T) {
			s, c := serve(t, []recording.Part{writable()}, Options{Writable: true, Reads: -1})
			w := through(t, c)
			before := told(t, c, writable())
			for i, a := range []asked{step.write, step.undo} {
				for range 2 {
					got, err := w.Write(t.Context(), a.write(fmt.Sprint("t-", i)))
					o, _ := parseObject(got.Body)
					if code := scalar(o.get("Code")); err != nil || got.Status != 200 && code != "RepetitionOperationError" &&
						!strings.HasSuffix(code, "BackendServer") && code != "MustChangeOneResource" { // without a token: it is so already
						t.Errorf("%s: %v %d %s", a.name, err, got.Status, got.Body)
					}
				}
				if n := len(s.Effects()); n != i+1 {
					t.Errorf("%s: %d effects", a.name, n)
				}
			}
			for read, is := range told(t, c, writable()) {
				if was := before[read]; was != is {
					t.Errorf("%s\nwas %s\nis %s", read, was, is)
				}
			}
		})
	}
	for name := range known {
		if !sent[name] {
			t.Errorf("%s is sent by the project, and has no test here", name)
		}
	}
}

// An endpoint goes and comes through the seam.
func TestProjectsEndpoints(t *testing.T) {
	s, c := serve(t, []recording.Part{writable()}, Options{Writable: true, Reads: -1})
	w := through(t, c)
	remove := api.Write{Region: region, Product: "elasticsearch", Operation: "DeleteVpcEndpoint", Params: map[string]string{"InstanceId": cluster, "EndpointId": "ep-1"}, Token: "a"}
	create := es("CreateVpcEndpoint", `{"serviceId":"epsrv-1","zoneId":"cn-hangzhou-h"}`).write("b")
	dry := create
	dry.DryRun = true
	for _, write := range []api.Write{remove, remove, dry, create, create} {
		if got, err := w.Write(t.Context(), write); err != nil || got.Status != 200 {
			t.Errorf("%s: %v %d %s", write.Operation, err, got.Status, got.Body)
		}
	}
	list := c.read(t, listClusterEndpoints, map[string]string{"InstanceId": cluster})
	if n := len(s.Effects()); n != 2 || at(list, "Result", 0, "endpointId") == "ep-1" || at(list, "Result", 1) != nil {
		t.Errorf("%d effects, %v", n, list)
	}
}

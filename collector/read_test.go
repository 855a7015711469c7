package collector_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/snapshot"
)

type object = map[string]any

// put stores a value at a path of names separated by dots.
func put(body object, path string, value any) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		inner, ok := body[name].(object)
		if !ok {
			inner = object{}
			body[name] = inner
		}
		body = inner
	}
	body[names[len(names)-1]] = value
}

// item is an object of a list, with everything that tells whose it is.
func item(op collector.Op) object {
	it := object{"Field": "value"}
	for _, name := range append([]string{op.Owner}, op.ID...) {
		if name != "" && !strings.HasPrefix(name, "=") {
			it[name] = "id-1"
		}
	}
	for _, path := range op.Needs {
		put(it, path, "id-1")
	}
	return it
}

// wellFormed is the smallest answer that an operation's row calls read.
func wellFormed(op collector.Op) object {
	body := object{"RequestId": "1"}
	for _, f := range append([]collector.Field{op.Payload}, op.Must...) {
		if f.Path == "" {
			for name, value := range item(op) {
				body[name] = value
			}
			continue
		}
		put(body, f.Path, map[collector.Type]any{
			collector.Object: item(op), collector.Objects: []any{item(op)}, collector.Strings: []any{"text"}, collector.String: "text",
		}[f.Type])
	}
	if op.Split.All == "" && op.Payload.Path == "PolicyVersion" {
		put(body, "PolicyVersion.IsDefaultVersion", true)
		put(body, "PolicyVersion.PolicyDocument", "{}")
	}
	return body
}

// ask is a request for one object, in the way of the operation's first subject;
// and that subject.
func ask(op collector.Op) (request api.Request, subject string) {
	request = api.Request{Region: hangzhou, Product: op.Product, Operation: op.Operation, Params: map[string]string{}}
	if len(op.Subjects) == 0 {
		return request, ""
	}
	var parts []string
	for _, name := range op.Subjects[0].ID {
		if literal, fixed := strings.CutPrefix(name, "="); fixed {
			parts = append(parts, literal)
		} else {
			request.Params[name] = "id-1"
			parts = append(parts, "id-1")
		}
		if op.Subjects[0].Each {
			break
		}
	}
	return request, strings.Join(parts, "/")
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func givenBody(t testing.TB, op collector.Op, body any) string {
	t.Helper()
	request, subject := ask(op)
	a := assembled(t, api.Answer{Request: request, Status: 200, Body: encode(t, body)})
	return outcome(a, op.Product+"."+op.Operation, subject)
}

// An answer is read when its status is 200 and its body an object that holds
// what the operation documents, with the documented types (SEMANTICS 2). The
// reason names the field.
func TestWellFormedBodies(t *testing.T) {
	for _, op := range collector.Catalogue() {
		t.Run(op.Product+"."+op.Operation, func(t *testing.T) {
			if got := givenBody(t, op, wellFormed(op)); got != "read" {
				t.Fatalf("a well-formed body is %s", got)
			}
			for text, body := range map[string]any{
				"{}": object{}, "null": nil, "an array": []any{wellFormed(op)}, "text": "text", "only the envelope": object{"RequestId": "1"},
			} {
				if got := givenBody(t, op, body); !strings.HasPrefix(got, "failed: ") {
					t.Errorf("%s is %s", text, got)
				}
			}
			for _, f := range append([]collector.Field{op.Payload}, op.Must...) {
				if f.Path != "" {
					wrongTypes(t, op, f)
				}
			}
		})
	}
}

func wrongTypes(t *testing.T, op collector.Op, f collector.Field) {
	t.Helper()
	right := map[collector.Type]string{collector.Object: "object", collector.Objects: "array", collector.Strings: "array", collector.String: "text"}[f.Type]
	for name, value := range map[string]any{
		"null": nil, "switch": false, "number": 0, "text": "", "array": []any{}, "object": object{"Field": "x"},
		"array of null": []any{nil}, "array of arrays": []any{[]any{}}, "array of numbers": []any{1},
	} {
		if name == right {
			continue
		}
		body := wellFormed(op)
		put(body, f.Path, value)
		got := givenBody(t, op, body)
		if !strings.HasPrefix(got, "failed: field "+f.Path) {
			t.Errorf("%s as %s is %q", f.Path, name, got)
		}
	}
	body := wellFormed(op)
	holder, names := body, strings.Split(f.Path, ".")
	for _, name := range names[:len(names)-1] {
		holder = holder[name].(object)
	}
	delete(holder, names[len(names)-1])
	if got := givenBody(t, op, body); !strings.HasPrefix(got, "failed: field ") || !strings.Contains(got, names[0]) {
		t.Errorf("%s missing is %q", f.Path, got)
	}
}

// Status and error say what came of a call that was not read (CONTRACT 3).
func TestStatuses(t *testing.T) {
	const call = "ecs.DescribeInstances"
	request := ok(call, "").Request
	good := `{"Instances":{"Instance":[]}}`
	for want, a := range map[string]api.Answer{
		"read":                                            answer(call, 200, good),
		"failed: timeout":                                 {Request: request, Status: 0, Err: "timeout"},
		"failed: no answer":                               {Request: request, Status: 0},
		"skipped: skipped: too late":                      {Request: request, Status: -1, Err: "skipped: too late"},
		"skipped: not made":                               {Request: request, Status: -1},
		"denied: Forbidden.RAM":                           answer(call, 403, `{"Code":"Forbidden.RAM"}`),
		"denied: HTTP 403":                                answer(call, 403, ""),
		"denied: HTTP 401":                                answer(call, 401, `[]`),
		"denied: NoPermission":                            answer(call, 400, `{"Code":"NoPermission"}`),
		"denied: Forbidden":                               answer(call, 404, `{"Code":"Forbidden"}`),
		"failed: InvalidParameter":                        answer(call, 400, `{"Code":"InvalidParameter"}`),
		"failed: EntityNotExist.User.LoginProfile":        answer(call, 404, `{"Code":"EntityNotExist.User.LoginProfile"}`),
		"throttled: Throttling":                           answer(call, 429, `{"Code":"Throttling"}`),
		"throttled: HTTP 429":                             answer(call, 429, ""),
		"throttled: Throttling.User":                      answer(call, 400, `{"Code":"Throttling.User"}`),
		"throttled: Rejected.Throttling":                  answer(call, 503, `{"Code":"Rejected.Throttling"}`),
		"throttled: ServerError":                          answer(call, 400, `{"Code":"ServerError","Message":"QPS Limit Exceeded"}`),
		"failed: InternalError":                           answer(call, 500, `{"Code":"InternalError"}`),
		"failed: HTTP 500":                                answer(call, 500, good),
		"failed: HTTP 502":                                {Request: request, Status: 502, Text: "<html>Bad Gateway</html>"},
		"failed: HTTP 204":                                answer(call, 204, ""),
		"failed: HTTP 302":                                answer(call, 302, good),
		"failed: the body is no JSON object with content": {Request: request, Status: 200, Text: "<?xml version='1.0'?>"},
	} {
		a := assembled(t, a)
		wantOutcome(t, a, call, "", want)
		if want != "read" {
			wantIDs(t, a, snapshot.ECS, "")
		}
	}
	for body, want := range map[string]string{
		`{"Instances":{"Instance":[]}`:                                                                "it ends in the middle",
		`{"Instances":{"Instance":[]}} {}`:                                                            "something follows the document",
		`{"Instances":{"Instance":[]},"Instances":{}}`:                                                "duplicate",
		"{\"Instances\":{\"Instance\":[]},\"a\":\"\xff\"}":                                            "UTF-8",
		"<DescribeInstancesResponse></DescribeInstancesResponse>":                                     "line 1 column 1",
		`{"Instances":{"Instance":[]},"a":` + strings.Repeat("[", 90) + strings.Repeat("]", 90) + `}`: "nested deeper than 64",
		`{"a":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`:                           "nested deeper than 200",
	} {
		got := outcome(assembled(t, ok(call, body)), call, "")
		if !strings.HasPrefix(got, "failed: ") || !strings.Contains(got, want) {
			t.Errorf("%.60s is %q, want %q", body, got, want)
		}
	}
}

// For every kind of call the snapshot says how many were answered, refused,
// failed, throttled away or skipped, with their subjects (CONTRACT 4).
func TestCoverage(t *testing.T) {
	const group = "ecs.DescribeSecurityGroupAttribute SecurityGroupId="
	rules := `{"Permissions":{"Permission":[]}}`
	s := snapshotOf(t,
		ok(group+"sg-2", rules), ok(group+"sg-1", rules), denied(group+"sg-3"), answer(group+"sg-4", 500, ""), ok(group+"sg-5 Direction=ingress", rules),
		answer(group+"sg-6", 429, ""), api.Answer{Request: ok(group+"sg-7", "").Request, Status: -1, Err: "skipped: too late"},
		ok("vpc.DescribeVSwitches VpcId=vpc-1", `{"VSwitches":{"VSwitch":[]}}`), ok("ram.ListUsers", `{"Users":{"User":[]}}`),
		in("cn-beijing", denied("vpc.DescribeVSwitches")))
	want := `[
{"codes":{"":"Forbidden.RAM"},"denied":1,"failed":0,"ok":0,"operation":"DescribeVSwitches","product":"vpc","region":"cn-beijing","skipped":0,"subjects":{"denied":[""]},"throttled":0},
{"codes":{"sg-3":"Forbidden.RAM","sg-4":"HTTP 500","sg-5":"Direction egress was not asked for","sg-6":"HTTP 429","sg-7":"skipped: too late"},"denied":1,"failed":2,"ok":2,"operation":"DescribeSecurityGroupAttribute","product":"ecs","region":"cn-hangzhou","skipped":1,
"subjects":{"denied":["sg-3"],"failed":["sg-4"],"incomplete":["sg-5"],"read":["sg-1","sg-2"],"skipped":["sg-7"],"throttled":["sg-6"]},"throttled":1},
{"denied":0,"failed":0,"ok":1,"operation":"DescribeVSwitches","product":"vpc","region":"cn-hangzhou","skipped":0,"subjects":{"narrowed":[""]},"throttled":0},
{"denied":0,"failed":0,"ok":1,"operation":"ListUsers","product":"ram","region":"global","skipped":0,"subjects":{"read":[""]},"throttled":0}]`
	got := string(s.Root().Resolve("/accounts/0/coverage").AppendCompact(nil))
	if want = strings.ReplaceAll(want, "\n", ""); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// "There is none" is an answer where the vendor says so with a 404 (SEMANTICS
// 2); the aspect is null, which is neither absent nor empty.
func TestNone(t *testing.T) {
	const profile, device = "ram.GetLoginProfile UserName=alice", "ram.GetUserMFAInfo UserName=alice"
	a := assembled(t,
		answer(profile, 404, `{"Code":"EntityNotExist.User.LoginProfile","RequestId":"1"}`),
		answer(device, 404, `{"Code":"EntityNotExist.User.MFADevice"}`))
	wantOutcome(t, a, "ram.GetLoginProfile", "alice", "read")
	wantOutcome(t, a, "ram.GetUserMFAInfo", "alice", "read")
	wantText(t, a, snapshot.RAMUser, "alice", "loginProfile", "null")
	wantText(t, a, snapshot.RAMUser, "alice", "mfaDevice", "null")

	a = assembled(t, answer(profile, 404, `{"Code":"EntityNotExist.User"}`), answer(device, 403, `{"Code":"EntityNotExist.User.MFADevice"}`))
	wantOutcome(t, a, "ram.GetLoginProfile", "alice", "failed: EntityNotExist.User")
	wantOutcome(t, a, "ram.GetUserMFAInfo", "alice", "denied: EntityNotExist.User.MFADevice")
	wantIDs(t, a, snapshot.RAMUser, "")

	a = assembled(t, answer(profile, 404, `{"Code":"EntityNotExist.User.LoginProfile"}`), ok(profile, `{"LoginProfile":{"MFABindRequired":true}}`))
	wantText(t, a, snapshot.RAMUser, "alice", "loginProfile", `{"MFABindRequired":true}`)
}

// What was not read is no value: it differs from false, "" and [].
func TestUnreadIsNotEmpty(t *testing.T) {
	const describe = "elasticsearch.DescribeInstance InstanceId=es-cn-1"
	a := assembled(t,
		ok(describe, `{"Result":{"enablePublic":false,"description":"","publicIpWhitelist":[],"port":0,"esConfig":{},"tags":null}}`),
		ok("elasticsearch.ListAllNode InstanceId=es-cn-1", `{"Result":[]}`),
		denied("elasticsearch.ListVpcEndpoints InstanceId=es-cn-1"))
	for path, want := range map[string]string{
		"attributes/enablePublic": "false", "attributes/description": `""`, "attributes/publicIpWhitelist": "[]", "attributes/port": "0",
		"attributes/esConfig": "{}", "attributes/tags": "null", "attributes/haveKibana": "-", "nodes": "[]", "vpcEndpoints": "-", "kibanaPvl": "-",
	} {
		wantText(t, a, snapshot.Cluster, "es-cn-1", path, want)
	}
}

// Operations that the catalogue does not have are ignored, however they look.
func TestUnknownOperations(t *testing.T) {
	a := assembled(t, ok("ecs.DescribeEverything InstanceId=i-1", `{"Instances":[]}`), ok("oss.ListBuckets", `{}`), answer("ecs.describeinstances", 500, ""))
	if n := len(a.Coverage()); n != 0 {
		t.Errorf("%d kinds of calls, want none", n)
	}
}

// Each row of the catalogue is told apart from the others and makes objects that
// a snapshot may hold.
func TestCatalogue(t *testing.T) {
	known := map[snapshot.Kind]bool{"": true}
	for _, k := range snapshot.Kinds() {
		known[k] = true
	}
	seen := map[string]bool{}
	for _, op := range collector.Catalogue() {
		name := op.Product + "." + op.Operation
		if seen[name] {
			t.Errorf("%s stands twice", name)
		}
		seen[name] = true
		kinds := []snapshot.Kind{op.Kind}
		for _, s := range op.Subjects {
			kinds = append(kinds, s.Kind)
		}
		for _, k := range kinds {
			if !known[k] {
				t.Errorf("%s: kind %q", name, k)
			}
		}
		if op.Owner != "" && op.Aspect == "" || op.Own && len(op.Subjects) == 0 || op.Kind != "" && op.Aspect == "" && len(op.ID) == 0 {
			t.Errorf("%s: %s", name, fmt.Sprintf("%+v", op))
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d operations", len(seen))
	}
}

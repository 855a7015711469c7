package audit

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
)

// opened is the story of a cluster that somebody opened, its answers changed.
func opened(t testing.TB, edits ...estate.Edit) recording.Part {
	t.Helper()
	at := slices.IndexFunc(estate.Stories(), func(s estate.Story) bool { return s.Name == "who-opened" })
	part, err := estate.Apply(estate.Stories()[at].Accounts[0].Part(), edits)
	if err != nil {
		t.Fatal(err)
	}
	return part
}

// judged audits a recording with one rule.
func judgedBy(t testing.TB, rule string, part recording.Part) *Result {
	t.Helper()
	s, err := collector.Assemble([]recording.Part{part})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), s, Options{Rules: []string{rule}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// attributed tells the attributions of the only finding.
func attributed(t testing.TB, part recording.Part) []string {
	t.Helper()
	r := judgedBy(t, "ES-NET-001", part)
	if len(r.Report.Findings) != 1 {
		t.Fatalf("%d findings", len(r.Report.Findings))
	}
	var out []string
	for _, a := range r.Report.Findings[0].Attribution {
		out = append(out, fmt.Sprint(a.Actor, " ", a.Action, " ", a.Certain, " ", a.Note))
	}
	return out
}

const events, records = "actiontrail.LookupEvents", "elasticsearch.ListActionRecords"

// An event that names another entry, another group, or that failed made nothing.
// What is not read is not claimed.
func TestWhoOpened(t *testing.T) {
	const wei, mei = "wei.chen elasticsearch:ModifyWhiteIps ", "mei.lin elasticsearch:TriggerNetwork "
	record := "288153348682784898 elasticsearch:TriggerNetwork "
	for name, c := range map[string]struct {
		edits []estate.Edit
		want  []string
	}{
		"everything":  {nil, []string{wei + "true ", mei + "true "}},
		"no events":   {[]estate.Edit{{Call: events, Set: map[string]any{"/Events": []any{}}}}, []string{record + "false " + noteUncertain}},
		"nothing":     {[]estate.Edit{{Call: events, Set: map[string]any{"/Events": []any{}}}, {Call: records, Set: map[string]any{"/Result": []any{}}}}, []string{"  false " + noteOlder}},
		"denied":      {[]estate.Edit{{Call: events, Deny: true}}, []string{record + "false " + notePartial}},
		"all denied":  {[]estate.Edit{{Call: events, Deny: true}, {Call: records, Deny: true}}, []string{"  false " + noteDenied}},
		"failed":      {[]estate.Edit{{Call: events, Fail: "timeout"}, {Call: records, Fail: "timeout"}}, []string{"  false " + noteFailed}},
		"not asked":   {[]estate.Edit{{Call: events, Drop: true}, {Call: records, Drop: true}}, nil},
		"half read":   {[]estate.Edit{{Call: records, Fail: "reset"}}, []string{wei + "false " + notePartial, mei + "false " + notePartial}},
		"other group": {[]estate.Edit{{Call: events, Set: map[string]any{"/Events/3/requestParameters": group("default", "0.0.0.0/0")}}}, []string{mei + "true "}},
		"no params":   {[]estate.Edit{{Call: events, Set: map[string]any{"/Events/3/requestParameters": map[string]any{}}}}, []string{wei + "false " + noteUncertain, mei + "true "}},
		"several": {[]estate.Edit{{Call: events, Set: map[string]any{"/Events/3/requestParameters": map[string]any{}, "/Events/2/requestParameters": map[string]any{}}}},
			[]string{"ci-deploy:pipeline elasticsearch:ModifyWhiteIps false " + noteOneOf, wei + "false " + noteOneOf, mei + "true "}},
		"several, then one that tells": {[]estate.Edit{{Call: events, Set: map[string]any{"/Events/2/requestParameters": map[string]any{}}}},
			[]string{"ci-deploy:pipeline elasticsearch:ModifyWhiteIps false " + noteOneOf, wei + "false " + noteOneOf, mei + "true "}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := attributed(t, opened(t, c.edits...)); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func group(name, ip string) map[string]any {
	return map[string]any{"InstanceId": "es-cn-story000001", "whiteIpGroup": map[string]any{"groupName": name, "ips": []any{ip}, "whiteIpType": "PUBLIC_ES"}}
}

// Whatever is known of changes, or not: no finding is another one, no picture less
// complete. Names and times are strangers' and may be anything.
func TestAttributionDecidesNothing(t *testing.T) {
	base := opened(t, estate.Edit{Call: events, Drop: true}, estate.Edit{Call: records, Drop: true})
	want := judgedBy(t, "ES-NET-001", base)
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"ModifyWhiteIps", "TriggerNetwork", "Elasticsearch", "es-cn-story000001", "2026-11-18T09:41:12Z", "0.0.0.0/0", "tmp", "PUBLIC_ES", "OPEN",
	}))
	rapid.Check(t, func(rt *rapid.T) {
		part := base
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) map[string]any {
			return map[string]any{
				"eventId": text.Draw(t, "id"), "eventName": text.Draw(t, "name"), "serviceName": text.Draw(t, "service"), "eventTime": text.Draw(t, "time"),
				"resourceName": text.Draw(t, "resource"), "userIdentity": map[string]any{"userName": text.Draw(t, "user"), "type": text.Draw(t, "type")},
				"requestParameters": map[string]any{"InstanceId": text.Draw(t, "instance"), "ips": text.Draw(t, "ips"), "groupName": text.Draw(t, "group")},
			}
		}), 0, 4).Draw(rt, "events")
		body, err := json.Marshal(map[string]any{"RequestId": "r", "Events": list})
		if err != nil {
			rt.Fatal(err)
		}
		status := rapid.SampledFrom([]int{200, 200, 200, 403, 500, -1}).Draw(rt, "status")
		part.Answers = append(slices.Clone(base.Answers), api.Answer{
			Request: api.Request{Region: "cn-hangzhou", Product: "actiontrail", Operation: "LookupEvents", Params: map[string]string{}}, Status: status, Body: body,
		})
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			rt.Fatal(err)
		}
		if got := coverage(s, nil); got.Complete != want.Report.Coverage.Complete {
			rt.Fatalf("complete: %v", got.Complete)
		}
		got := slices.Clone(want.judged.findings)
		attribute(s, got)
		for i := range got {
			if len(got[i].Attribution) == 0 {
				rt.Fatal("it is not said that nobody is known")
			}
			got[i].Attribution = nil
		}
		if !reflect.DeepEqual(got, want.judged.findings) {
			rt.Fatalf("%v\nnot\n%v", got, want.judged.findings)
		}
	})
}

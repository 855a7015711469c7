package config

import (
	"strings"
	"testing"
	"time"
)

var someRules = []string{"ES-NET-001", "ES-NET-006"}

func TestParseWaivers(t *testing.T) {
	list, wrong := ParseWaivers([]byte(`
waivers:
  - rule: ES-NET-001
    resource: "es-cn-*"
    reason: migration
    owner: data
    expires: 2027-01-31
    path: {from: [203.0.113.0/24, vpc-1, "ecs:i-1", "onprem:office"], to: es:es-cn-1, port: 9200}
  - {rule: ES-NET-006, reason: "ours", path: {from: internet}}
`), someRules, []OnPrem{{Name: "office"}})
	if len(wrong) > 0 || len(list) != 2 {
		t.Fatal(list, wrong)
	}
	w := list[0]
	if w.Line != 3 || w.Expires != "2027-01-31" || w.Path.Port != 9200 || len(w.Path.From) != 4 {
		t.Errorf("%+v", w)
	}
	if got, want := w.Path.String(), "203.0.113.0/24, vpc-1, ecs:i-1, onprem:office -> es:es-cn-1 port 9200"; got != want {
		t.Errorf("scope %q, want %q", got, want)
	}
	if got := list[1].Path.From; len(got) != 1 || got[0] != "internet" {
		t.Errorf("one source: %v", got)
	}
	for _, empty := range []string{"", "waivers:\n", "waivers: []\n", "# nothing\n"} {
		if list, wrong := ParseWaivers([]byte(empty), someRules, nil); len(list)+len(wrong) > 0 {
			t.Errorf("%q: %v %v", empty, list, wrong)
		}
	}
}

// What is wrong is said with its line, and the other waivers are read.
func TestMalformedWaivers(t *testing.T) {
	for text, want := range map[string]string{
		"- {rule: ES-NET-001}":                                        `line 3: reason is missing`,
		"- {rule: ES-NET-001, reason: ' '}":                           `line 3: reason is missing`,
		"- {reason: x}":                                               `line 3: rule is missing`,
		"- {rule: ES-NET-999, reason: x}":                             `line 3: unknown rule "ES-NET-999"`,
		"- {rule: ES-NET-001, reason: x, expires: soon}":              `line 3: expires: "soon" is no day`,
		"- {rule: ES-NET-001, reason: x, expires: 2027-02-30}":        `is no day`,
		"- {rule: ES-NET-001, reason: x, until: 2027-01-01}":          `line 3: unknown key "until" (one of rule, resource, path, reason, owner, expires)`,
		"- {rule: ES-NET-001, reason: x, resource: '[a'}":             `line 3: resource: "[a" is no pattern`,
		"- {rule: ES-NET-001, reason: x, path: {from: somewhere}}":    `line 3: path.from: no source: "somewhere"`,
		"- {rule: ES-NET-001, reason: x, path: {from: 'onprem:lab'}}": `no such network under onprem`,
		"- {rule: ES-NET-001, reason: x, path: {to: nlb-1}}":          `line 3: path.to: no target: "nlb-1"`,
		"- {rule: ES-NET-001, reason: x, path: {port: 70000}}":        `line 3: path.port: 70000 is no port`,
		"- {rule: ES-NET-001, reason: x, path: {port: https}}":        `line 3`,
		"- {rule: ES-NET-001, reason: x, path: {via: nlb}}":           `line 3: unknown key "via" (one of from, to, port)`,
		"- {rule: ES-NET-001, reason: [x]}":                           `line 3: reason is not a single value`,
		"- ES-NET-001":                                                `line 3: not a map`,
	} {
		list, wrong := ParseWaivers([]byte("waivers:\n- {rule: ES-NET-006, reason: ours}\n"+text+"\n"), someRules, nil)
		if len(list) != 1 || len(wrong) != 1 || !strings.Contains(wrong[0].Error(), want) {
			t.Errorf("%s: read %v, wrong %v, want %s", text, list, wrong, want)
		}
	}
	for text, want := range map[string]string{
		"waivers: {a: b}":          "line 1: waivers is not a list",
		"waiver: []":               `line 1: unknown key "waiver" (one of waivers)`,
		"- a":                      "line 1: not a map",
		"a: [":                     "line",
		"waivers: &a []":           "anchors",
		"waivers: []\nwaivers: []": `stands twice`,
	} {
		list, wrong := ParseWaivers([]byte(text), someRules, nil)
		if len(list) > 0 || len(wrong) != 1 || !strings.Contains(wrong[0].Error(), want) {
			t.Errorf("%s: %v %v, want %s", text, list, wrong, want)
		}
	}
}

// The day of expires is included, by UTC.
func TestExpiry(t *testing.T) {
	w := Waiver{Expires: "2027-01-31"}
	for at, want := range map[string][2]bool{ // expired, ends within 14 days
		"2027-01-17T23:59:59Z":      {false, false},
		"2027-01-18T00:00:00Z":      {false, true},
		"2027-01-31T23:59:59Z":      {false, true},
		"2027-02-01T00:00:00Z":      {true, false},
		"2027-02-01T07:00:00+08:00": {false, true},
		"2027-02-01T08:00:00+08:00": {true, false},
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]bool{w.Expired(instant), w.Ends(instant, 14)}; got != want {
			t.Errorf("%s: %v, want %v", at, got, want)
		}
	}
	if (Waiver{}).Expired(time.Now()) || (Waiver{}).Ends(time.Now(), 14) {
		t.Error("a waiver without an end ends")
	}
}

func TestMatches(t *testing.T) {
	const arn = "acs:elasticsearch:cn-hangzhou:1234567890123456:instances/es-cn-1"
	for pattern, want := range map[string]bool{
		"": true, "*": true, "es-cn-1": true, "es-cn-?": true, "es-cn-[12]": true, arn: true,
		"acs:elasticsearch:cn-hangzhou:*": true, "acs:*:instances/es-cn-1": true,
		"es-cn-2": false, "es": false, "ES-CN-1": false, "cn-1": false,
	} {
		if got := (Waiver{Rule: "ES-NET-001", Resource: pattern}).Matches("ES-NET-001", "es-cn-1", arn); got != want {
			t.Errorf("%q: %v", pattern, got)
		}
	}
	if (Waiver{Rule: "ES-NET-001"}).Matches("ES-NET-006", "es-cn-1", arn) {
		t.Error("another rule")
	}
}

func FuzzParseWaivers(f *testing.F) {
	f.Add([]byte("waivers:\n- {rule: ES-NET-001, reason: x, expires: 2027-01-31, path: {from: [10.0.0.0/8], to: es:a, port: 9200}}\n"))
	f.Add([]byte("waivers: [1, {rule: ES-NET-001}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, wrong := ParseWaivers(data, someRules, nil)
		for _, w := range list {
			if w.Rule == "" || w.Reason == "" || w.Line < 1 {
				t.Errorf("accepted %+v", w)
			}
		}
		for _, err := range wrong {
			if err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q", err)
			}
		}
	})
}

package planned_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"esaudit/diff"
	"esaudit/finding"
	"esaudit/fix"
	"esaudit/report/planned"
)

// hostile is what the cloud may call a thing.
const (
	quoted  = "x'; rm -rf \"$HOME\" `id` $(id) ${var.x} %{if} | <b>"
	hostile = quoted + "\n`id`\x1b[31m"
)

func plan() *fix.Plan {
	inverse := fix.Call{Region: "cn-hangzhou", Product: "elasticsearch", Operation: "ModifyWhiteIps"}
	return &fix.Plan{
		Schema: fix.Schema, Account: "1234567890123456", TakenAt: "2026-11-22T00:00:00Z",
		Actions: []fix.Action{
			{
				ID: "a1", Kind: "narrow-whitelist", Title: "Delete " + hostile, Cost: "none", Subject: finding.Subject{ID: hostile},
				Why: []fix.Why{{Rule: "ES-NET-001", Message: hostile}}, Before: json.RawMessage(`["0.0.0.0/0","10.0.0.1"]`), After: json.RawMessage(`["10.0.0.1"]`),
				Call: fix.Call{Region: "cn-hangzhou", Product: "elasticsearch", Operation: "ModifyWhiteIps", Params: map[string]string{"InstanceId": hostile},
					Body: json.RawMessage(`{"modifyMode":"Delete","whiteIpGroup":{"groupName":"default","ips":["it's"],"whiteIpType":"PUBLIC_ES"}}`)},
				Inverse: &inverse, Ready: &fix.Ready{Probe: fix.Probe{Operation: "DescribeInstance"}, Until: []string{"active"}},
			},
			{
				ID: "a2", Kind: "edit-settings", Title: "Edit", Cost: "none", Restarts: true, Addresses: true, Lockout: "office", Digest: "sha256:0123456789abcdef", Leaves: "sha256:fedcba9876543210",
				Before: json.RawMessage("null"), After: json.RawMessage("null"), NotUndoable: "a secret", Subject: finding.Subject{ID: "es-cn-1"},
				Call: fix.Call{Region: "cn-hangzhou", Product: "elasticsearch", Operation: "UpdateInstanceSettings", Live: &fix.Live{Into: "esConfig", Set: map[string]string{"http.cors.enabled": hostile}}},
			},
		},
		Manual:  []fix.Manual{{Subject: finding.Subject{ID: "es-cn-1"}, Why: []fix.Why{{Rule: "ES-DAT-002"}}, Steps: []string{hostile}}},
		Left:    []fix.Left{{Title: "Close", Reason: "it would cut off " + hostile}},
		Preview: fix.Preview{Lost: []diff.Change{{To: "es:es-cn-1", Entry: "es-public", Port: 9200, Kind: "internet", From: []string{"203.0.113.0/24"}}}, CutOff: []string{hostile}, Known: []string{"ecs:i-1 -> es:es-cn-1"}},
	}
}

// Nothing that the cloud calls a thing leaves its place: no control character, no
// line of its own, no markup.
func TestHostileNamesStayInPlace(t *testing.T) {
	for name, text := range map[string]string{
		"text": string(planned.Text(plan(), planned.Screen{Width: 80})), "cli": string(planned.CLI(plan())),
		"terraform": string(planned.Terraform(plan())), "ticket": string(planned.Ticket(plan(), planned.Speech{})),
	} {
		if strings.ContainsRune(text, '\x1b') {
			t.Errorf("%s: a control character:\n%s", name, text)
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "`id`") || strings.Contains(line, "<b>") && name == "ticket" && !strings.Contains(line, `\<b`) {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
	if terraform := string(planned.Terraform(plan())); strings.Contains(strings.ReplaceAll(terraform, "$${", ""), "= \"${") {
		t.Errorf("a template of HCL:\n%s", terraform)
	}
}

// The script gives its words to the vendor's command as they are in the plan,
// whatever they hold.
func TestScriptQuotesItsWords(t *testing.T) {
	dir := t.TempDir()
	const recorder = "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\0' \"$word\"; done >> \"$RECORD\"\n"
	if err := os.WriteFile(filepath.Join(dir, "aliyun"), []byte(recorder), 0o755); err != nil {
		t.Fatal(err)
	}
	script, record := filepath.Join(dir, "plan.sh"), filepath.Join(dir, "record")
	p := plan()
	p.Actions[0].Call.Params["InstanceId"] = quoted
	if err := os.WriteFile(script, planned.CLI(p), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", script)
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "RECORD="+record)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	said, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Split(strings.TrimSuffix(string(said), "\x00"), "\x00")
	want := []string{"elasticsearch", "ModifyWhiteIps", "--region", "cn-hangzhou", "--InstanceId", quoted,
		"--header", "Content-Type=application/json", "--body", `{"modifyMode":"Delete","whiteIpGroup":{"groupName":"default","ips":["it's"],"whiteIpType":"PUBLIC_ES"}}`}
	if strings.Join(words, "|") != strings.Join(want, "|") {
		t.Errorf("said %q\nwant %q", words, want)
	}
}

// What is dangerous about an action is said in every form for people.
func TestRisksAreTold(t *testing.T) {
	text, ticket := string(planned.Text(plan(), planned.Screen{Width: 200})), string(planned.Ticket(plan(), planned.Speech{}))
	for _, want := range []string{"restarts the cluster", "addresses of nodes may change", "cuts off office", "not possible: a secret", "203.0.113.0/24 can no longer reach es:es-cn-1:9200", "ecs:i-1", "cannot be checked", "BY HAND (1)", "LEFT OUT (1)"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	for _, want := range []string{"| yes |", "not possible: a secret", "203.0.113.0/24 can no longer reach", "## By hand", "## Left out"} {
		if !strings.Contains(ticket, want) {
			t.Errorf("the ticket lacks %q:\n%s", want, ticket)
		}
	}
}

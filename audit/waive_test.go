package audit_test

import (
	"regexp"
	"strings"
	"testing"

	"esaudit/audit"
	"esaudit/config"
	"esaudit/finding"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

const opened = "es-cn-story000001"

func parsedWaivers(t *testing.T, text string) []config.Waiver {
	t.Helper()
	list, wrong := config.ParseWaivers([]byte("waivers:\n"+text+"\n"), []string{"ES-NET-001", "ES-NET-002"}, nil)
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return list
}

// A waiver holds until its end, and as long as nobody else gets in.
func TestWaivers(t *testing.T) {
	six := estate.Edit{Call: "elasticsearch.DescribeInstance " + opened, Add: map[string]any{"/Result/publicIpWhitelist": "::/0"}}
	five := estate.Edit{Call: "elasticsearch.DescribeInstance " + opened, Set: map[string]any{"/Result/esVersion": "5.6.16"}}
	vague := estate.Edit{Call: "elasticsearch.DescribeInstance " + opened, Remove: []string{"/Result/enablePublic"}}
	for name, c := range map[string]struct {
		waiver string
		edits  []estate.Edit
		waived bool
		note   string // a part of the one note; "" for none
	}{
		"everything":                  {"- {rule: ES-NET-001, reason: x}", nil, true, ""},
		"by pattern":                  {"- {rule: ES-NET-001, resource: 'es-cn-story*', reason: x}", nil, true, ""},
		"another cluster":             {"- {rule: ES-NET-001, resource: es-cn-other, reason: x}", nil, false, "line 2: the waiver of ES-NET-001 for es-cn-other is about no finding"},
		"another rule":                {"- {rule: ES-NET-002, reason: x}", nil, false, "is about no finding"},
		"over":                        {"- {rule: ES-NET-001, reason: x, owner: ops, expires: 2026-11-21}", nil, false, "for every resource (owner ops) ended on 2026-11-21: " + opened + " is open again"},
		"last day":                    {"- {rule: ES-NET-001, reason: x, expires: 2026-11-22}", nil, true, "ends on 2026-11-22"},
		"ends in 15 days":             {"- {rule: ES-NET-001, reason: x, expires: 2026-12-07}", nil, true, ""},
		"whole IPv4":                  {"- {rule: ES-NET-001, reason: x, path: {from: 0.0.0.0/0}}", nil, true, ""},
		"whole IPv4, then IPv6":       {"- {rule: ES-NET-001, reason: x, path: {from: 0.0.0.0/0}}", []estate.Edit{six}, false, "does not hold for " + opened + ": 2000::/3 gets to es:" + opened + " at port 9200"},
		"the internet, then IPv6":     {"- {rule: ES-NET-001, reason: x, path: {from: internet}}", []estate.Edit{six}, true, ""},
		"one office":                  {"- {rule: ES-NET-001, reason: x, path: {from: 203.0.113.0/24}}", nil, false, "does not hold"},
		"port 9200":                   {"- {rule: ES-NET-001, reason: x, path: {from: internet, port: 9200}}", nil, true, ""},
		"port 9200, then 9300":        {"- {rule: ES-NET-001, reason: x, path: {from: internet, port: 9200}}", []estate.Edit{five}, false, "at port 9300"},
		"its VPC":                     {"- {rule: ES-NET-001, reason: x, path: {from: [internet, vpc-bp1story]}}", nil, true, ""},
		"another VPC":                 {"- {rule: ES-NET-001, reason: x, path: {from: [internet, vpc-other]}}", nil, false, "vpc-bp1story gets to"},
		"another target":              {"- {rule: ES-NET-001, reason: x, path: {from: 203.0.113.0/24, to: 'kibana:" + opened + "'}}", nil, true, ""},
		"no such target":              {"- {rule: ES-NET-001, reason: x, path: {from: internet, to: 'es:es-cn-gone'}}", nil, false, "es-cn-gone"},
		"whoever may get in counts":   {"- {rule: ES-NET-001, reason: x, path: {from: 203.0.113.0/24}}", []estate.Edit{vague}, false, "does not hold"},
		"the first that holds is the": {"- {rule: ES-NET-001, reason: x, path: {from: 203.0.113.0/24}}\n- {rule: ES-NET-001, reason: y}", nil, true, "does not hold"},
	} {
		t.Run(name, func(t *testing.T) {
			s := storySnapshot(t, "net-001-open-group", c.edits...)
			plain, err := audit.Run(t.Context(), s, audit.Options{})
			if err != nil {
				t.Fatal(err)
			}
			r, err := audit.Run(t.Context(), s, audit.Options{Waivers: parsedWaivers(t, c.waiver)})
			if err != nil {
				t.Fatal(err)
			}
			var about []finding.Finding
			for _, f := range r.Report.Findings {
				if f.Rule == "ES-NET-001" {
					about = append(about, f)
				}
			}
			if len(about) != 1 || (about[0].Waived != nil) != c.waived {
				t.Fatalf("findings %+v, want waived %v", about, c.waived)
			}
			if (r.Report.Summary.Waived == 1) != c.waived || total(r.Report.Summary) != total(plain.Report.Summary) {
				t.Errorf("a finding is lost: %+v, without the waiver %+v", r.Report.Summary, plain.Report.Summary)
			}
			if about[0].Status == finding.Fail && r.Failed(finding.Critical) == c.waived {
				t.Error("a waived finding fails, or an open one does not")
			}
			if text := strings.Join(r.Notes, "; "); c.note == "" && text != "" || !strings.Contains(text, c.note) {
				t.Errorf("notes %q, want %q", text, c.note)
			}
		})
	}
}

func total(s finding.Summary) int {
	n := s.Latent + s.Unknown + s.Pass + s.NA + s.Waived
	for _, c := range s.Fail {
		n += c
	}
	return n
}

// What is not judged is neither unused nor gone.
func TestSelectionKeepsQuiet(t *testing.T) {
	s := storySnapshot(t, "net-001-open-group")
	list := parsedWaivers(t, "- {rule: ES-NET-002, reason: x}")
	r, err := audit.Run(t.Context(), s, audit.Options{Waivers: list, Rules: []string{"ES-NET-001"}})
	if err != nil || len(r.Notes) > 0 {
		t.Errorf("%v %v", r.Notes, err)
	}
}

// A picture that does not say when it was taken, as a Terraform plan without its
// timestamp, cannot tell that a waiver has not ended: one with an end does not hold.
func TestWaiversOfNoInstant(t *testing.T) {
	s := storySnapshot(t, "net-001-open-group")
	taken := regexp.MustCompile(`"takenAt": "[^"]*"`)
	s, err := snapshot.Parse(taken.ReplaceAll(s.Canonical(), []byte(`"takenAt": "0001-01-01T00:00:00Z"`)))
	if err != nil {
		t.Fatal(err)
	}
	for waiver, waived := range map[string]int{
		"- {rule: ES-NET-001, reason: x, expires: 2020-12-31}": 0,
		"- {rule: ES-NET-001, reason: x, expires: 2999-12-31}": 0,
		"- {rule: ES-NET-001, reason: x}":                      1,
	} {
		r, err := audit.Run(t.Context(), s, audit.Options{Waivers: parsedWaivers(t, waiver)})
		if err != nil {
			t.Fatal(err)
		}
		if r.Report.Summary.Waived != waived || (waived == 0) != strings.Contains(strings.Join(r.Notes, ""), "does not say when it was read") {
			t.Errorf("%s: %d waived, want %d; told %q", waiver, r.Report.Summary.Waived, waived, r.Notes)
		}
	}
}

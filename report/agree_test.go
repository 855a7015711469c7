package report

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"html"
	"regexp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"esaudit/finding"
)

// said is what a format says of a finding. What a format has no place for is "".
type said struct{ Status, Severity, Message string }

// Every format says the same of a finding, as far as it speaks of it: status,
// severity and message, under one fingerprint.
func TestFormatsSayTheSame(t *testing.T) {
	r, s := audited(t, "demo", true)
	fixed, _ := fixture(t)
	for name, r := range map[string]*finding.Report{"demo": r, "waived": {Tool: r.Tool, Rules: fixed.Rules, Findings: fixed.Findings[:2], Snapshot: fixed.Snapshot, Summary: fixed.Summary}} {
		o := Options{Snapshot: s, All: true, Profile: ProfileFull, Width: 200, Unicode: true}
		want := map[string]said{}
		for _, f := range r.Findings {
			word := toneOf(f)
			if f.Waived != nil {
				word = "waived"
			} else if f.Status == finding.Fail {
				word = "fail"
			}
			want[f.Fingerprint] = said{word, severityWord(f.Severity), squeezed(f.Message)}
		}
		for format, read := range map[string]func(*testing.T, string) map[string]said{
			"json": saidByJSON, "sarif": saidBySARIF, "csv": saidByCSV, "ocsf": saidByOCSF, "junit": saidByJUnit, "html": saidByHTML,
			"gitlab": saidByGitLab, "github": saidByGitHub, "markdown": saidByMarkdown, "table": saidByTable,
		} {
			got := read(t, render(t, format, r, o))
			for _, f := range r.Findings {
				has, there := got[f.Fingerprint]
				open := f.Waived == nil && f.Status != finding.Pass && f.Status != finding.NA
				if !there {
					// Annotations are ten of a kind; some have no place for what is not open, and
					// the table tells what is not known by the calls that would settle it.
					cut := format == "github" || (format == "gitlab" || format == "markdown") && !open || format == "table" && (!open || f.Status == finding.Unknown)
					if !cut {
						t.Errorf("%s: %s says nothing of %s %s", name, format, f.Rule, f.Subject.ID)
					}
					continue
				}
				expected := want[f.Fingerprint]
				if has.Status == "" {
					expected.Status = ""
				}
				if has.Severity == "" {
					expected.Severity = ""
				}
				if has.Message == "" || strings.Contains(has.Message, expected.Message) {
					has.Message = expected.Message
				}
				if diff := gocmp.Diff(expected, has); diff != "" {
					t.Errorf("%s: %s of %s %s: %s", name, format, f.Rule, f.Subject.ID, diff)
				}
			}
			if len(got) == 0 {
				t.Errorf("%s: %s was not read", name, format)
			}
		}
	}
}

func decoded[T any](t *testing.T, text string) (out T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func saidByJSON(t *testing.T, text string) map[string]said {
	out := map[string]said{}
	for _, f := range decoded[finding.Report](t, text).Findings {
		s := said{f.Status.String(), severityWord(f.Severity), squeezed(f.Message)}
		if f.Waived != nil {
			s.Status = "waived"
		}
		out[f.Fingerprint] = s
	}
	return out
}

func saidBySARIF(t *testing.T, text string) map[string]said {
	type result struct {
		Kind                string
		Message             struct{ Text string }
		PartialFingerprints map[string]string
		Suppressions        []any
		Properties          struct{ Severity string }
	}
	doc := decoded[struct{ Runs []struct{ Results []result } }](t, text)
	words := map[string]string{"fail": "fail", "review": "latent", "open": "unknown", "pass": "pass", "notApplicable": "na"}
	out := map[string]said{}
	for _, x := range doc.Runs[0].Results {
		s := said{Status: words[x.Kind], Severity: cmp.Or(x.Properties.Severity, "unrated")}
		if len(x.Suppressions) > 0 {
			s.Status = "waived"
		}
		full := strings.NewReplacer(`\[`, `[`, `\]`, `]`, `\\`, `\`).Replace(x.Message.Text)
		s.Message = strings.ReplaceAll(full, "\n", " ")
		out[x.PartialFingerprints["esauditFinding/v1"]] = s
	}
	return out
}

func saidByCSV(t *testing.T, text string) map[string]said {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	out := map[string]said{}
	for _, row := range rows[1:] {
		s := said{row[column["status"]], row[column["severity"]], squeezed(row[column["message"]])}
		if row[column["waivedReason"]] != "" {
			s.Status = "waived"
		}
		out[row[column["fingerprint"]]] = s
	}
	return out
}

func saidByOCSF(t *testing.T, text string) map[string]said {
	out := map[string]said{}
	for _, e := range decoded[[]ocsfEvent](t, text) {
		s := said{Status: strings.ToLower(e.StatusCode), Message: strings.Join(strings.Fields(e.Message), " ")}
		if s.Status == "not_applicable" {
			s.Status = "na"
		}
		if e.StatusID == ocsfSuppress {
			s.Status = "waived"
		}
		if e.SeverityID > 1 || s.Status != "pass" && s.Status != "na" {
			s.Severity = map[int]string{5: "critical", 4: "high", 3: "medium", 2: "low", 1: "info"}[e.SeverityID]
		}
		out[e.FindingInfo.UID] = s
	}
	return out
}

func saidByJUnit(t *testing.T, text string) map[string]said {
	var doc junitSuites
	if err := xml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]said{}
	for _, suite := range doc.Suites {
		for _, c := range suite.Cases {
			s := said{}
			switch {
			case c.Failure != nil:
				s = said{"fail", c.Failure.Type, c.Failure.Message}
			case c.Error != nil:
				s = said{"unknown", "", c.Error.Message}
			case c.Skipped != nil:
				s.Status, s.Message, _ = strings.Cut(c.Skipped.Message, ": ")
				if m := regexp.MustCompile(`(?m)^severity: (\w+)$`).FindStringSubmatch(c.Skipped.Text); m != nil {
					s.Severity = m[1]
				}
				switch s.Status {
				case "waived":
					s.Message = "" // its reason
				case "does not apply":
					s.Status = "na"
				}
			default:
				s.Status = "pass"
			}
			out[strings.TrimPrefix(c.Out, "fingerprint ")] = s
		}
	}
	return out
}

func saidByGitLab(t *testing.T, text string) map[string]said {
	out := map[string]said{}
	for _, x := range decoded[[]gitlabIssue](t, text) {
		s := said{Status: "fail", Message: x.Description, Severity: map[string]string{"blocker": "critical", "critical": "high", "major": "medium", "minor": "low", "info": "info"}[x.Severity]}
		for _, word := range []string{"latent", "unknown"} {
			if rest, ok := strings.CutPrefix(x.Description, word+": "); ok {
				s.Status, s.Message = word, rest
			}
		}
		out[x.Fingerprint] = s
	}
	return out
}

func saidByGitHub(t *testing.T, text string) map[string]said {
	out := map[string]said{}
	for _, m := range regexp.MustCompile(`(?m)^::\w+ file=[^:]*?,title=\S+ (\w+) [^:]*::(?:(latent|unknown): )?(.*) \(id ([0-9a-f]+)\)$`).FindAllStringSubmatch(text, -1) {
		out[m[4]] = said{cmp.Or(m[2], "fail"), m[1], strings.NewReplacer("%0A", "\n", "%0D", "\r", "%25", "%").Replace(m[3])}
	}
	return out
}

func saidByMarkdown(t *testing.T, text string) map[string]said {
	out := map[string]said{}
	var s said
	for _, line := range strings.Split(html.UnescapeString(text), "\n") {
		if m := regexp.MustCompile(`<summary><b>(?:(latent), )?(\w+)</b>`).FindStringSubmatch(line); m != nil {
			s = said{cmp.Or(m[1], "fail"), m[2], ""}
			if m[2] == "unknown" {
				s = said{Status: "unknown"}
			}
		}
		if m := regexp.MustCompile(`^- .*?: (.*) <sub>([0-9a-f]{32})</sub>$`).FindStringSubmatch(line); m != nil {
			s.Message = m[1]
			out[m[2]] = s
		}
	}
	return out
}

func saidByTable(t *testing.T, text string) map[string]said {
	out := map[string]said{}
	section, last := "", ""
	for _, line := range strings.Split(text, "\n") {
		if m := regexp.MustCompile(`^([A-Z]+) ─`).FindStringSubmatch(line); m != nil {
			section, last = strings.ToLower(m[1]), ""
		}
		if m := regexp.MustCompile(`^  (\S.*?) +([0-9a-f]{32})$`).FindStringSubmatch(line); m != nil {
			last = m[2]
			out[last] = said{Status: "fail", Severity: section}
			if section == "latent" {
				parts := strings.Split(m[1], " · ")
				out[last] = said{Status: section, Severity: parts[len(parts)-1]}
			}
		} else if s, ok := out[last]; ok {
			s.Message = strings.TrimSpace(s.Message + " " + strings.TrimSpace(line))
			out[last] = s
		}
	}
	return out
}

func saidByHTML(t *testing.T, text string) map[string]said {
	doc := parseHTML(t, text)
	out := map[string]said{}
	for _, n := range elements(doc) {
		if id, ok := strings.CutPrefix(attribute(n, "id"), "f-"); ok {
			s, aside := said{}, ""
			holder := n.Parent
			if n.Data == "li" {
				holder = n
			}
			for _, e := range elements(holder) {
				if e.Data == "h4" || n.Data == "li" && e.Data == "span" && e.Parent == n && attribute(e, "class") == "" && s.Message == "" {
					s.Message = textOf(e)
				}
				if attribute(e, "class") == "label" {
					s.Severity = textOf(e)
				}
				if attribute(e, "class") == "quiet" && attribute(e.Parent, "class") == "labels" {
					aside = textOf(e)
				}
			}
			switch s.Severity {
			case "latent", "unknown", "waived":
				s.Status, s.Severity = s.Severity, aside
			case "":
				s.Status = ""
			default:
				s.Status = "fail"
			}
			out[id] = s
		}
	}
	return out
}

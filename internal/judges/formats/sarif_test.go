package formats_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// verdict is what sarif-multitool finds wrong with a file: rules that it fails
// with warnings or errors, and what stopped the tool. Its exit code says nothing.
func verdict(t testing.TB, file string) []string {
	t.Helper()
	tool, err := filepath.Abs("../npm/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(tool, 0o755); err != nil { // its install script is not run
		t.Fatalf("%v (make judges installs it)", err)
	}
	out := filepath.Join(t.TempDir(), "verdict.sarif")
	cmd := exec.Command(tool, "validate", file, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--config", "testdata/ghas.xml", "-o", out, "--log", "ForceOverwrite")
	cmd.Env = append(os.Environ(), "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1")
	said, err := cmd.CombinedOutput()
	var troubles []string
	if err != nil {
		troubles = append(troubles, fmt.Sprintf("%v: %s", err, tail(said)))
	}
	text, err := os.ReadFile(out)
	if err != nil {
		return append(troubles, err.Error())
	}
	more, err := complaints(text)
	if err != nil {
		return append(troubles, err.Error())
	}
	return append(troubles, more...)
}

func tail(said []byte) string {
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	return strings.Join(lines[max(len(lines)-3, 0):], " | ")
}

// complaints reads the tool's report. A result without a level is a warning.
func complaints(text []byte) ([]string, error) {
	var report struct {
		Runs []struct {
			Results []struct {
				RuleID, Level string
				Message       struct {
					ID        string
					Arguments []string
				}
			}
			Invocations []struct {
				ToolExecutionNotifications []struct {
					Level   string
					Message struct{ Text string }
				}
			}
		}
	}
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &report); err != nil {
		return nil, err
	}
	var out []string
	for _, run := range report.Runs {
		for _, r := range run.Results {
			if r.Level == "" || r.Level == "warning" || r.Level == "error" {
				out = append(out, fmt.Sprintf("%s %s: %s", r.RuleID, r.Message.ID, strings.Join(r.Message.Arguments, ", ")))
			}
		}
		for _, i := range run.Invocations {
			for _, n := range i.ToolExecutionNotifications {
				if n.Level == "error" {
					out = append(out, n.Message.Text)
				}
			}
		}
	}
	if len(report.Runs) == 0 {
		return nil, fmt.Errorf("the tool's report has no run")
	}
	return out, nil
}

// golden is a report that the tests of package report keep.
func golden(name string) string { return filepath.Join("../../../report/testdata", name) }

func TestSARIF(t *testing.T) {
	for _, name := range []string{"report.sarif.golden", "report-full.sarif.golden"} {
		text, err := os.ReadFile(golden(name))
		if err != nil {
			t.Fatal(err)
		}
		for _, trouble := range verdict(t, file(t, "report.sarif", text)) {
			t.Errorf("%s: %s", name, trouble)
		}
	}
}

// What is broken is told: the gate goes red.
func TestSARIFGateGoesRed(t *testing.T) {
	text, err := os.ReadFile(golden("report.sarif.golden"))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(map[string]any){
		"a URI with a scheme": func(r map[string]any) { artifact(r)["uri"] = "acs:elasticsearch:cn-hangzhou" },
		"no region":           func(r map[string]any) { delete(location(r), "region") },
		"no location":         func(r map[string]any) { delete(result(r), "locations") },
		"a null": func(r map[string]any) {
			result(r)["suppressions"] = []any{map[string]any{"kind": "external", "guid": nil}}
		},
		"no message": func(r map[string]any) { result(r)["message"] = map[string]any{"id": "default"} },
	} {
		var doc map[string]any
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		change(doc)
		broken, err := json.MarshalIndent(doc, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if troubles := verdict(t, file(t, "broken.sarif", broken)); len(troubles) == 0 {
			t.Errorf("%s: nothing is told", name)
		}
	}
	if troubles := verdict(t, file(t, "broken.sarif", text[:len(text)/2])); len(troubles) == 0 {
		t.Error("half a file: nothing is told")
	}
}

func result(doc map[string]any) map[string]any {
	return doc["runs"].([]any)[0].(map[string]any)["results"].([]any)[0].(map[string]any)
}

func location(doc map[string]any) map[string]any {
	return result(doc)["locations"].([]any)[0].(map[string]any)["physicalLocation"].(map[string]any)
}

func artifact(doc map[string]any) map[string]any {
	return location(doc)["artifactLocation"].(map[string]any)
}

func file(t testing.TB, name string, text []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

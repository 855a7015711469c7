package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"esaudit/collector"
	"esaudit/collector/cloud"
	"esaudit/collector/recording"
)

// Figures of docs/organisation.md are the program's: each documented rate of what
// is asked, and the calls for each cluster.
func TestOrganisationFigures(t *testing.T) {
	text, err := os.ReadFile("../../docs/organisation.md")
	if err != nil {
		t.Fatal(err)
	}
	page := strings.Join(strings.Fields(string(text)), " ")
	for _, call := range append(collector.Reads(), collector.AttributionReads()...) {
		q := cloud.Documented(call.Product, call.Operation)
		rate := fmt.Sprintf(" %v a %s", q.Calls, map[time.Duration]string{time.Second: "second", time.Minute: "minute"}[q.Window])
		if !strings.Contains(strings.ReplaceAll(page, "(", " "), rate) {
			t.Errorf("the page does not name%s, of %s.%s", rate, call.Product, call.Operation)
		}
	}
	r, err := recording.Open("../../testdata/estates/demo")
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]bool{}
	for _, a := range r.Parts[0].Answers {
		if a.Product == "elasticsearch" && a.Params["InstanceId"] == "es-cn-orderssearch1" {
			calls[a.Operation] = true
		}
	}
	if words := map[int]string{13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen"}; !strings.Contains(page, "one call of "+words[len(calls)]+" for each cluster") {
		t.Errorf("there are %d calls for a cluster", len(calls))
	}
}

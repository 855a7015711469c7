package audit_test

import (
	"context"
	"fmt"
	"io/fs"
	"log"
	"testing/fstest"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/finding"
)

// Audit a recording, and list what is critical.
func ExampleRun() {
	r, err := recording.Open("../testdata/estates/demo")
	if err != nil {
		log.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts) // or snapshot.Parse, of what collect wrote
	if err != nil {
		log.Fatal(err)
	}
	result, err := audit.Run(context.Background(), s, audit.Options{Rules: []string{"ES-NET-001"}})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range result.Report.Findings {
		if f.Status == finding.Fail {
			fmt.Println(f.Severity, f.Rule, f.Subject.ID)
		}
	}
	fmt.Println("complete:", !result.Incomplete(false))
	// Output:
	// critical ES-NET-001 es-cn-clickstream1
	// critical ES-NET-001 es-cn-orderssearch1
	// complete: false
}

// A rule of your own is one more file system of Rego.
func ExampleRun_ownRule() {
	rule := `# METADATA
# title: Clusters are named after their team
# description: So that somebody answers for them.
# custom: {id: ACME-NAM-001, name: Named, severities: [low], kinds: [elasticsearch], basis: [ours], controls: [], remediation: Rename it., api: [], tags: [own]}
package esaudit.rules.acme_nam_001

results(s) := {{"status": "fail", "severity": "low", "message": "{c} has no team.", "args": {"c": s.id}, "evidence": [{"at": "", "value": s.id, "note": "", "key": "name"}]}}
`
	r, err := recording.Open("../testdata/estates/net-001-open-group")
	if err != nil {
		log.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		log.Fatal(err)
	}
	own := fstest.MapFS{"acme_nam_001/acme_nam_001.rego": {Data: []byte(rule)}}
	result, err := audit.Run(context.Background(), s, audit.Options{OwnRules: []fs.FS{own}, Rules: []string{"ACME-NAM-001"}})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range result.Report.Findings {
		fmt.Println(f.Rule, f.Status, f.Message)
	}
	// Output: ACME-NAM-001 fail es-cn-story000001 has no team.
}

package report

import (
	"fmt"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"

	"esaudit/finding"
)

// Whatever there is and however wide the page, no line is wider than it, and the
// first screen says how bad it is, where, and what to do next.
func TestTableSizes(t *testing.T) {
	fixed, s := fixture(t)
	for _, n := range []int{0, 1, 10000} {
		r := &finding.Report{Tool: fixed.Tool, Snapshot: fixed.Snapshot, Rules: fixed.Rules, Coverage: finding.Coverage{Complete: true}}
		for i := range n {
			f := fixed.Findings[i%3]
			f.Waived, f.Subject.ID, f.Subject.Name = nil, fmt.Sprintf("es-cn-%05d", i/3), "日志集群"
			f.Subject.ARN = fmt.Sprint(f.Subject.ARN, i/3)
			f.Fingerprint = finding.Fingerprint(f.Rule, f.Subject.ARN)
			r.Findings = append(r.Findings, f)
		}
		finding.Sort(r.Findings)
		r.Summary = finding.Summarise(r.Findings)
		for _, width := range []int{80, 200} {
			lines := strings.Split(render(t, "table", r, Options{Snapshot: s, Width: width, Unicode: true}), "\n")
			for i, line := range lines {
				if got := lipgloss.Width(line); got > width {
					t.Fatalf("%d findings: line %d is %d columns wide: %q", n, i+1, got, line)
				}
				if strings.Contains(line, "\x1b") {
					t.Fatalf("%d findings: line %d has colours: %q", n, i+1, line)
				}
			}
			top := strings.Join(lines[:min(len(lines), 24)], "\n")
			want := []string{"Nothing failed."}
			if n > 0 {
				want = []string{number(n) + plural(n, " finding needs action", " findings need action"), r.Findings[0].Subject.ID, " worst ", " next    ES-NET-001 ", "Remove the entries", "esaudit fix plan --rule ES-NET-001 -o fix.plan", "CRITICAL"}
			}
			for _, w := range want {
				if !strings.Contains(top, w) {
					t.Errorf("%d findings, %d columns: the first screen lacks %q:\n%s", n, width, w, top)
				}
			}
			whole := strings.Join(lines, "\n")
			if n > 0 && !strings.Contains(whole, "  do ") {
				t.Errorf("%d findings, %d columns: nothing to do", n, width)
			}
		}
	}
}

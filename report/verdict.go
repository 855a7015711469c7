package report

import (
	"fmt"
	"strings"

	"esaudit/finding"
)

// headline is the verdict for people: what has to be done, and what nobody
// knows.
func headline(r *finding.Report, complete bool) (head, rest string) {
	failed := 0
	for _, n := range r.Summary.Fail {
		failed += n
	}
	undecided := r.Summary.Unknown
	switch {
	case failed > 0:
		head = number(failed) + " " + plural(failed, "finding needs", "findings need") + " action"
		if n := r.Summary.Fail[finding.Critical]; n == failed {
			head += plural(failed, ", and it is critical", ", all critical")
		} else if n > 0 {
			head += ", " + number(n) + " of them critical"
		}
	case !complete || undecided > 0:
		head = "Nothing failed of what could be judged"
	default:
		head, rest = "Nothing failed", "Every check was decided."
	}
	if undecided > 0 {
		rest += fmt.Sprintf(" %s %s not be decided, which is no pass.", number(undecided), plural(undecided, "check could", "checks could"))
	}
	if r.Summary.Latent > 0 {
		rest += fmt.Sprintf(" %s bad %s no effect yet.", number(r.Summary.Latent), plural(r.Summary.Latent, "setting has", "settings have"))
	}
	return head, strings.TrimSpace(rest)
}

// causeText says what an unknown finding's cause means, and what to do.
func causeText(cause string) string {
	switch cause {
	case finding.CauseDenied:
		return "a call was refused; grant the permission and collect again"
	case finding.CauseFailed:
		return "a call got no usable answer; collect again"
	case finding.CauseAbsent:
		return "a call was never made; collect again with it"
	case finding.CauseUndecidable:
		return "everything was read, and nothing in it can tell"
	}
	return "nobody said why"
}

// count writes a number with its noun: "1 finding", "2 findings".
func count(n int, noun string) string { return number(n) + " " + plural(n, noun, noun+"s") }

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// number writes 12345 as 12,345.
func number(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// flat puts a paragraph on one line.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

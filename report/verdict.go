package report

import (
	"fmt"
	"strings"

	"esaudit/finding"
	"esaudit/lang"
)

// headline is the verdict for people: what has to be done, and what nobody
// knows.
func headline(r *finding.Report, complete bool) (head, rest string) {
	return headlineIn(nil, r, complete)
}

func headlineIn(t *lang.Texts, r *finding.Report, complete bool) (head, rest string) {
	failed := 0
	for _, n := range r.Summary.Fail {
		failed += n
	}
	undecided, space := r.Summary.Unknown, t.T(" ") // between sentences
	switch {
	case failed > 0:
		head = several(t, failed, "%s finding needs action", "%s findings need action")
		if n := r.Summary.Fail[finding.Critical]; n == failed {
			head += t.T(plural(failed, ", and it is critical", ", all critical"))
		} else if n > 0 {
			head += t.F(", %s of them critical", number(n))
		}
	case !complete || undecided > 0:
		head = t.T("Nothing failed of what could be judged")
	default:
		head, rest = t.T("Nothing failed"), t.T("Every check was decided.")
	}
	if undecided > 0 {
		rest += space + several(t, undecided, "%s check could not be decided, which is no pass.", "%s checks could not be decided, which is no pass.")
	}
	if r.Summary.Latent > 0 {
		rest += space + several(t, r.Summary.Latent, "%s bad setting has no effect yet.", "%s bad settings have no effect yet.")
	}
	if judged := judgedOnly(t, r.Scope); judged != "" {
		rest += space + t.F("Only this was judged: %s.", judged)
	}
	if left := unlisted(t, r); left != "" {
		rest += space + t.F("Not listed here, because of --min-severity: %s.", left)
	}
	return head, strings.TrimSpace(rest)
}

// judgedOnly tells what a report is of; "" when that is everything.
func judgedOnly(t *lang.Texts, s *finding.Scope) string {
	return strings.Join(viewed(s.Parts(), func(p finding.Part) string {
		return t.F(p.Noun+" %s", firstOf(t, p.Names, mostNamed))
	}), "; ")
}

// unlisted tells of what was counted and is not among the findings: "5 medium, 2
// low"; "" when all is there.
func unlisted(t *lang.Texts, r *finding.Report) string {
	listed := finding.Summarise(r.Findings)
	var parts []string
	add := func(counted, listed int, word string) {
		if counted > listed {
			parts = append(parts, number(counted-listed)+" "+t.T(word))
		}
	}
	for _, s := range finding.Severities() {
		add(r.Summary.Fail[s], listed.Fail[s], s.String())
	}
	add(r.Summary.Latent, listed.Latent, "latent")
	add(r.Summary.Waived, listed.Waived, "waived")
	return strings.Join(parts, ", ")
}

// noTime begins the instant of a picture that does not say when it is of: a plan of
// Terraform before 1.5.
const noTime = "0001-01-01T"

// instant is when a picture is of, in a language.
func instant(t *lang.Texts, stamp string) string {
	if strings.HasPrefix(stamp, noTime) {
		return t.T("an unknown time")
	}
	return stamp
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

// counted is count in a language.
func counted(t *lang.Texts, n int, noun string) string {
	return several(t, n, "%s "+noun, "%s "+noun+"s")
}

// several fills a number into the format for one, or for many.
func several(t *lang.Texts, n int, one, many string) string {
	return t.F(plural(n, one, many), number(n))
}

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

package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"esaudit/report/plain"
	"fmt"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"esaudit/finding"
	"esaudit/graph"
)

// result writes one finding. Failures have kind fail; a bad setting without
// effect is for people to review, what is not known is open, and neither has a
// level (SARIF 2.1.0, 3.27.9 and 3.27.10). nth is which one of its fingerprint it is.
func (s *sarifRun) result(f finding.Finding, nth int) *sarif.Result {
	id := s.rules.id(f.Rule, f.Severity)
	kind := sarifKind(f.Status)
	r := &sarif.Result{
		RuleID: &id, RuleIndex: new(s.rules.index[id]), Kind: &kind, Level: new("none"),
		PartialFingerprints: fingerprints(f, nth),
		Locations:           []*sarif.Location{s.location(f)},
		CodeFlows:           s.flows(f),
	}
	if kind == "fail" {
		r.Level = new(level(f.Severity))
	}
	if f.Status != finding.Pass && f.Status != finding.NA {
		r.Rank = new(rank(f.Severity))
	}
	r.Message, r.RelatedLocations = s.message(f)
	r.Properties = properties(f)
	switch f.Baseline {
	case "new", "unchanged":
		r.BaselineState = &f.Baseline
	case "changed":
		r.BaselineState = new("updated")
	}
	if f.Waived != nil {
		r.Suppressions = []*sarif.Suppression{s.suppress(f)}
	}
	return r
}

func sarifKind(s finding.Status) string {
	switch s {
	case finding.Fail:
		return "fail"
	case finding.Latent:
		return "review"
	case finding.Pass:
		return "pass"
	case finding.NA:
		return "notApplicable"
	}
	return "open"
}

// fingerprints are the finding's own, under the key GitHub looks at and under
// ours. GitHub's must differ within a run.
func fingerprints(f finding.Finding, nth int) map[string]any {
	return map[string]any{
		"primaryLocationLineHash": fmt.Sprintf("%s:%d", f.Fingerprint, nth),
		"esauditFinding/v1":       f.Fingerprint,
	}
}

// message says what was found, and names the values with links to where they
// stand besides the result's own place.
func (s *sarifRun) message(f finding.Finding) (sarif.Message, []*sarif.Location) {
	var related []*sarif.Location
	var found []string
	left := 0
	for i, p := range proofs(f) {
		value := "no value"
		if p.value != nil {
			value = sarifEscape(p.text(nil, true, "…"))
		}
		told := cmp.Or(sarifText(p.note), value)
		var said []string
		if p.note != "" {
			said = append(said, told)
		}
		for j, e := range p.places {
			switch {
			case i == 0 && j == 0: // the result's own place
			case s.github && len(related) == mostRelated:
				left++
			default:
				id := uint(len(related) + 1)
				said = append(said, fmt.Sprintf("[here](%d)", id))
				related = append(related, &sarif.Location{
					Id: &id, Message: sarif.NewTextMessage(told), PhysicalLocation: s.physical(e.Pointer, e.Line, f.Subject, false),
				})
			}
		}
		if len(said) > 0 {
			value += " (" + strings.Join(said, ", ") + ")"
		}
		if len(related) < mostRelated || !s.github {
			found = append(found, value)
		}
	}
	text := sarifText(sentence(f.Message))
	if len(found) > 0 {
		text += " Found " + strings.Join(found, ", ")
		if left > 0 {
			text += ", and in " + count(left, "place") + " more"
		}
		text += "."
	}
	if f.Status == finding.Unknown && f.Cause != "" {
		text += " Cause: " + sarifText(f.Cause) + "."
	}
	if len(f.SettledBy) > 0 {
		text += " Settled by: " + sarifText(strings.Join(f.SettledBy, "; ")) + "."
	}
	return *sarif.NewTextMessage(text), related
}

// sarifText makes a stranger's text fit for a message: what is hidden is
// written out, and nothing of it becomes a link or a placeholder (SARIF 2.1.0,
// 3.11.5 and 3.11.6).
func sarifText(text string) string { return sarifEscape(plain.Text(text, true)) }

func sarifEscape(text string) string {
	if !strings.ContainsAny(text, `\[]{}`) {
		return text // a replacer is dear to make
	}
	return strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`, `{`, `{{`, `}`, `}}`).Replace(text)
}

// location is where the first value stands, or the subject. There is one only:
// some readers make a finding of each.
func (s *sarifRun) location(f finding.Finding) *sarif.Location {
	l := &sarif.Location{LogicalLocations: s.places.of(f.Subject)}
	if len(f.Evidence) > 0 {
		l.PhysicalLocation = s.physical(f.Evidence[0].Pointer, f.Evidence[0].Line, f.Subject, true)
	} else {
		l.PhysicalLocation = s.physical("", 0, f.Subject, true)
	}
	return l
}

// longestSnippet is how many bytes of the snapshot are repeated with a result.
const longestSnippet = 4096

// physical points at a value of the snapshot. Without the snapshot the line is
// all there is.
func (s *sarifRun) physical(pointer string, line int, subject finding.Subject, context bool) *sarif.PhysicalLocation {
	p := &sarif.PhysicalLocation{ArtifactLocation: s.file(), Region: &sarif.Region{StartLine: new(max(line, 1))}}
	if s.doc == nil {
		return p
	}
	node := s.doc.resolve(pointer, subject)
	if source := s.source(node.Pointer()); source != nil {
		return source
	}
	at := s.doc.value(node)
	p.Region = s.region(at)
	if around := s.doc.around(at); context && p.Region.Snippet != nil && around.end-around.start > at.end-at.start && around.end-around.start <= longestSnippet {
		p.ContextRegion = &sarif.Region{StartLine: &around.startLine, EndLine: &around.endLine, Snippet: snippet(s.doc.text(around))}
	}
	return p
}

// source points at the file where a value is written; nil when it is in none.
func (s *sarifRun) source(pointer string) *sarif.PhysicalLocation {
	if s.written == nil {
		return nil
	}
	file, line, ok := s.written(pointer)
	uri, err := relativeURI(file)
	if !ok || err != nil {
		return nil
	}
	return &sarif.PhysicalLocation{
		ArtifactLocation: &sarif.ArtifactLocation{URI: &uri, URIBaseId: new(sourceRoot)}, Region: &sarif.Region{StartLine: new(max(line, 1))},
	}
}

func (s *sarifRun) region(at extent) *sarif.Region {
	r := &sarif.Region{StartLine: &at.startLine, StartColumn: &at.startColumn, EndLine: &at.endLine, EndColumn: &at.endColumn}
	if at.end-at.start <= longestSnippet {
		r.Snippet = snippet(s.doc.text(at))
	}
	return r
}

func snippet(text string) *sarif.ArtifactContent { return sarif.NewArtifactContent().WithText(text) }

// flows tells the path, one step a control.
func (s *sarifRun) flows(f finding.Finding) []*sarif.CodeFlow {
	hops := f.Path
	if s.github {
		hops = hops[:min(len(hops), mostSteps)]
	}
	var steps []*sarif.ThreadFlowLocation
	for i, h := range hops {
		importance := "essential"
		if h.Verdict == graph.Reachable && len(hops) > 1 && i > 0 && i < len(hops)-1 {
			importance = "important"
		}
		steps = append(steps, &sarif.ThreadFlowLocation{
			ExecutionOrder: new(i + 1), Importance: importance,
			Location: &sarif.Location{
				Message:          sarif.NewTextMessage(sarifText(fmt.Sprintf("%s to %s, %s: %s (%s)", h.From, h.To, h.Control, h.Why, h.Verdict))),
				PhysicalLocation: s.physical(h.Pointer, h.Line, f.Subject, false),
			},
		})
	}
	if len(steps) == 0 {
		return nil
	}
	title := fmt.Sprintf("From %s to %s.", hops[0].From, hops[len(hops)-1].To)
	return []*sarif.CodeFlow{{Message: sarif.NewTextMessage(sarifText(title)), ThreadFlows: []*sarif.ThreadFlow{{Locations: steps}}}}
}

// suppress says that a finding is waived. All fields are set: go-sarif writes
// one that is not as null, which the schema refuses.
func (s *sarifRun) suppress(f finding.Finding) *sarif.Suppression {
	why := f.Waived.Reason
	if f.Waived.Owner != "" {
		why += ", by " + f.Waived.Owner
	}
	if f.Waived.Expires != "" {
		why += ", until " + f.Waived.Expires
	}
	return &sarif.Suppression{
		Kind: "external", Status: new("accepted"), Justification: new(sarifText(why)), Guid: new(guid(f.Fingerprint)),
		Location: &sarif.Location{PhysicalLocation: s.physical("", 0, f.Subject, false)},
	}
}

// guid makes a UUID (version 8, RFC 9562, written as 5 for the schema's sake)
// of a text.
func guid(text string) string {
	sum := sha256.Sum256([]byte(text))
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// properties are what programs want that SARIF has no place for. Absent ones
// are left out: some readers choke on null.
func properties(f finding.Finding) sarif.Properties {
	p := sarif.Properties{
		"status": f.Status.String(), "resourceArn": f.Subject.ARN, "resourceKind": f.Subject.Kind, "resourceId": f.Subject.ID,
	}
	text := func(key, value string) {
		if value != "" {
			p[key] = value
		}
	}
	texts := func(key string, values []string) {
		if len(values) > 0 {
			p[key] = slices.Clone(values)
		}
	}
	text("severity", f.Severity.String())
	text("confidence", f.Confidence)
	text("accountId", accountOf(f.Subject))
	text("regionId", f.Subject.Region)
	text("resourceName", f.Subject.Name)
	text("cause", f.Cause)
	text("remediation", flat(f.Remediation.Text))
	text("fix", f.Remediation.Fix)
	texts("remediationOperations", f.Remediation.API)
	texts("settledBy", f.SettledBy)
	var pointers, prints []string
	for _, e := range f.Evidence {
		pointers, prints = append(pointers, e.Pointer), append(prints, e.Fingerprint)
	}
	texts("evidencePointers", pointers)
	texts("evidenceFingerprints", prints)
	if len(f.Attribution) > 0 {
		p["attribution"] = slices.Clone(f.Attribution)
	}
	return p
}

// accountOf returns the account an ARN names: acs:PRODUCT:REGION:ACCOUNT:...
func accountOf(s finding.Subject) string {
	if parts := strings.SplitN(s.ARN, ":", 5); len(parts) == 5 {
		return parts[3]
	}
	return s.Account
}

// places are the logical locations of a run: accounts, their regions, and
// resources in these.
type places struct {
	list  []*sarif.LogicalLocation
	index map[string]uint
}

func newPlaces() *places { return &places{index: map[string]uint{}} }

// of returns the place of a subject.
func (p *places) of(s finding.Subject) []*sarif.LogicalLocation {
	var parent *uint
	if account := accountOf(s); account != "" {
		parent = p.add("acs:::"+account+":account/"+account, account, "account", nil)
		if s.Region != "" {
			parent = p.add("acs::"+s.Region+":"+account+":region/"+s.Region, s.Region, "region", parent)
		}
	}
	kind := "resource"
	if s.Kind == "account" || s.Kind == "region" {
		kind = s.Kind
	}
	at := p.add(s.ARN, s.ID, kind, parent)
	return []*sarif.LogicalLocation{{Index: at, FullyQualifiedName: &s.ARN, Kind: &kind}}
}

func (p *places) add(arn, name, kind string, parent *uint) *uint {
	at, ok := p.index[arn]
	if !ok {
		at = uint(len(p.list))
		p.index[arn] = at
		p.list = append(p.list, &sarif.LogicalLocation{Name: &name, Kind: &kind, FullyQualifiedName: &arn, ParentIndex: parent})
	}
	return &at
}

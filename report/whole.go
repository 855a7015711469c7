package report

import (
	"encoding/json"
	"strings"

	"esaudit/finding"
	"esaudit/snapshot"
)

// opened shows objects and lists of the snapshot that no note speaks of as they
// stand there, where they are small: what a finding rests on is then on the page.
// The JSON report leaves them to the pointer.
func opened(r *finding.Report, s *snapshot.Snapshot) *finding.Report {
	if s == nil {
		return r
	}
	out := *r
	out.Findings = make([]finding.Finding, len(r.Findings))
	for i, f := range r.Findings {
		f.Evidence = openedEvidence(f, s.Root())
		out.Findings[i] = f
	}
	return &out
}

// openedEvidence copies evidence where something of it is opened.
func openedEvidence(f finding.Finding, root *snapshot.Node) []finding.Evidence {
	list, said, copied := f.Evidence, flat(f.Message), false
	for i, e := range list {
		if _, ok := e.Value.(finding.Whole); !ok || !strings.Contains(said, flat(e.Note)) {
			continue
		}
		text := small(root.Resolve(e.Pointer))
		if text == nil {
			continue
		}
		if !copied {
			list, copied = append([]finding.Evidence{}, list...), true
		}
		list[i].Value = text
	}
	return list
}

// small is an object or a list of the snapshot as text; nil when that is too long
// to show.
func small(n *snapshot.Node) json.RawMessage {
	const margins = 8 // a line of the snapshot is indented
	if !n.Exists() {
		return nil
	}
	if start, end := n.Span(); end-start > margins*longestValue {
		return nil
	}
	if text := n.AppendCompact(nil); len(text) <= longestValue {
		return text
	}
	return nil
}

// told is what people read in place of an object or a list that is too long to
// show: the note, which says what is the matter with it, or what it is. "" for any
// other value.
func told(value any, note string) string {
	whole, ok := value.(finding.Whole)
	switch {
	case !ok:
		return ""
	case note != "":
		return note
	case whole[0] == '[':
		return "a list"
	}
	return "an object"
}

package delta

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"esaudit/diff"
	"esaudit/lang"
	"esaudit/report/plain"
)

// told is one kind of change of a step, with its mark and its verb.
type told struct {
	mark, verb string
	list       []diff.Change
}

func toldOf(s diff.Step) []told {
	return []told{{"+", "can now reach", s.Gained}, {"-", "can no longer reach", s.Lost}, {"?", "may or may not reach now", s.Unclear}}
}

// History tells a history to people, oldest first.
func History(h diff.History, texts *lang.Texts) []byte {
	var b bytes.Buffer
	first, last := h.Snapshots[0], h.Snapshots[len(h.Snapshots)-1]
	fmt.Fprintf(&b, texts.T("%d snapshots, %s to %s")+"\n", len(h.Snapshots), first.TakenAt.Format(time.RFC3339), last.TakenAt.Format(time.RFC3339))
	for _, s := range h.Steps {
		fmt.Fprintf(&b, "\n%s\n", s.To.Format(time.RFC3339))
		for _, part := range toldOf(s) {
			for _, c := range part.list {
				fmt.Fprintf(&b, "  %s %s\n", part.mark, plain.Text(fmt.Sprintf("%s %s %s", texts.Made(who(c)), texts.T(part.verb), texts.Made(where(c))), true))
			}
		}
	}
	if len(h.Steps) == 0 {
		b.WriteString(texts.T("nothing changed") + "\n")
	}
	return b.Bytes()
}

// HistoryMarkdown tells a history for a merge request or a wiki, in at most
// MaxMarkdown bytes. The newest stands first: it is what is cut off last.
func HistoryMarkdown(h diff.History, texts *lang.Texts) []byte {
	t := &bounded{texts: texts}
	first, last := h.Snapshots[0], h.Snapshots[len(h.Snapshots)-1]
	t.line(texts.F("**%d snapshots, %s to %s: reachability changed %d times.**", len(h.Snapshots), first.TakenAt.Format(time.RFC3339), last.TakenAt.Format(time.RFC3339), len(h.Steps)))
	for _, s := range slices.Backward(h.Steps) {
		t.under("\n### " + s.To.Format(time.RFC3339) + "\n")
		for _, part := range toldOf(s) {
			for _, c := range part.list {
				t.line("- `" + part.mark + "` " + t.change(c, part.verb))
			}
		}
	}
	return t.bytes()
}

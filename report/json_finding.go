package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"esaudit/finding"
	"esaudit/graph"
)

// written is JSON with an indent of two, as an encoder writes it, with every
// character that does not show itself as \u. Findings are many: what they are made of
// is put down here; what is seldom there is left to the encoder.
type written struct {
	text  []byte
	depth int
	begun bool // the object or list has an item already
	err   error

	remedy   *finding.Remediation // the last one
	remedied []byte               // its JSON
}

// item begins an item of a list.
func (w *written) item() {
	if w.begun {
		w.text = append(w.text, ',')
	}
	w.begun = true
	w.line()
}

func (w *written) line() {
	w.text = append(w.text, '\n')
	for range w.depth {
		w.text = append(w.text, "  "...)
	}
}

// key begins a field. No name needs to be escaped.
func (w *written) key(name string) {
	w.item()
	w.text = append(w.text, '"')
	w.text = append(w.text, name...)
	w.text = append(w.text, `": `...)
}

// within puts fields or items between brackets.
func (w *written) within(brackets string, inner func()) {
	w.text = append(w.text, brackets[0])
	w.depth++
	w.begun = false
	inner()
	w.depth--
	if w.begun {
		w.line()
	}
	w.begun = true
	w.text = append(w.text, brackets[1])
}

func (w *written) field(name, text string) {
	w.key(name)
	w.string(text)
}

// string writes a text of ASCII that shows itself; another one is left to the encoder.
func (w *written) string(text string) {
	before, written := len(w.text), 0
	w.text = append(w.text, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c > '~':
			w.text = w.text[:before]
			w.other(text)
			return
		case c == '"' || c == '\\':
			w.text = append(append(w.text, text[written:i]...), '\\')
			written = i
		}
	}
	w.text = append(append(w.text, text[written:]...), '"')
}

// strings writes a list.
func (w *written) strings(name string, list []string) {
	w.key(name)
	w.within("[]", func() {
		for _, text := range list {
			w.item()
			w.string(text)
		}
	})
}

// value writes what stands in the snapshot.
func (w *written) value(v any) {
	switch v := v.(type) {
	case nil:
		w.text = append(w.text, "null"...)
	case bool:
		w.text = strconv.AppendBool(w.text, v)
	case string:
		w.string(v)
	case finding.Whole:
		w.value(nil)
	default:
		w.other(v)
	}
}

// other has the encoder write a value.
func (w *written) other(v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(string(bytes.Repeat([]byte("  "), w.depth)), "  ")
	if err := e.Encode(v); err != nil {
		w.err = err
	}
	w.text = append(w.text, shown(bytes.TrimSuffix(b.Bytes(), []byte("\n")))...)
}

// orOther writes what stands for nothing, or has the encoder write what there is.
func (w *written) orOther(nothing bool, stands string, v any) {
	if nothing {
		w.text = append(w.text, stands...)
		return
	}
	w.other(v)
}

// finding writes a finding. The order of fields is that of the type.
func (w *written) finding(f *finding.Finding) {
	w.within("{}", func() {
		w.field("rule", f.Rule)
		w.field("status", f.Status.String())
		w.field("severity", f.Severity.String())
		w.key("subject")
		w.within("{}", func() { w.subject(&f.Subject) })
		w.field("message", f.Message)
		w.key("evidence")
		w.within("[]", func() {
			for i := range f.Evidence {
				w.item()
				w.within("{}", func() { w.evidence(&f.Evidence[i]) })
			}
		})
		w.key("path")
		w.within("[]", func() {
			for i := range f.Path {
				w.item()
				w.within("{}", func() { w.hop(&f.Path[i]) })
			}
		})
		w.field("cause", f.Cause)
		w.strings("settledBy", f.SettledBy)
		w.key("remediation")
		w.remediation(&f.Remediation)
		w.field("confidence", f.Confidence)
		w.field("fingerprint", f.Fingerprint)
		w.key("waived")
		w.orOther(f.Waived == nil, "null", f.Waived)
		w.field("baseline", f.Baseline)
		if len(f.Attribution) > 0 {
			w.key("attribution")
			w.other(f.Attribution)
		}
	})
}

// remediation writes what to do. Findings of one rule, which stand together, mostly say
// the same: it is copied then.
func (w *written) remediation(r *finding.Remediation) {
	if last := w.remedy; last != nil && last.Text == r.Text && last.Fix == r.Fix && slices.Equal(last.API, r.API) {
		w.text = append(w.text, w.remedied...)
		return
	}
	begin := len(w.text)
	w.within("{}", func() {
		w.field("text", r.Text)
		w.field("fix", r.Fix)
		w.strings("api", r.API)
	})
	w.remedy, w.remedied = r, w.text[begin:len(w.text):len(w.text)]
}

func (w *written) subject(s *finding.Subject) {
	w.field("arn", s.ARN)
	w.field("kind", s.Kind)
	w.field("id", s.ID)
	w.field("region", s.Region)
	w.field("name", s.Name)
	if s.Owner != "" {
		w.field("owner", s.Owner)
	}
}

func (w *written) hop(h *graph.Hop) {
	w.field("kind", h.Kind)
	w.field("from", h.From)
	w.field("to", h.To)
	w.field("control", h.Control)
	w.field("verdict", h.Verdict.String())
	w.field("why", h.Why)
	w.field("pointer", h.Pointer)
	w.key("line")
	w.text = strconv.AppendInt(w.text, int64(h.Line), 10)
}

func (w *written) evidence(e *finding.Evidence) {
	w.field("pointer", e.Pointer)
	w.key("line")
	w.text = strconv.AppendInt(w.text, int64(e.Line), 10)
	w.key("value")
	w.value(e.Value)
	w.field("note", e.Note)
	w.field("fingerprint", e.Fingerprint)
}

package reach

import (
	"strings"

	"esaudit/lang"
)

// translate puts what an outline says into another language. Values stay as they
// are written.
func (o *outline) translate(t *lang.Texts) {
	if t == nil {
		return
	}
	for i := range o.blocks {
		b := &o.blocks[i]
		b.text = b.text.in(t)
		for j, head := range b.head {
			b.head[j] = t.T(head)
		}
		for _, row := range b.rows {
			for _, c := range row {
				for k := range c {
					c[k] = c[k].in(t)
				}
			}
		}
	}
}

// in is a line in another language.
func (l line) in(t *lang.Texts) line {
	out := make(line, len(l))
	for i, x := range l {
		if words := strings.TrimSpace(x.text); words != "" && x.style != value && x.style != blank {
			x.text = strings.Replace(x.text, words, translated(t, words), 1)
		}
		out[i] = x
	}
	return out
}

// translated is a fixed text, or one that was made with a format.
func translated(t *lang.Texts, words string) string {
	if other := t.T(words); other != words {
		return other
	}
	return t.Made(words)
}

package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// hidden reports whether a character changes what stands around it, or does
// not show itself: control characters, bidi overrides, joiners, variation
// selectors, fillers, every space but the common one.
func hidden(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r > '~'
	}
	return !unicode.IsPrint(r) || unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// escapeJSON writes what is hidden in a JSON text as \u, which means the same.
// The line feeds of indentation stay. Without wide, everything outside ASCII is
// written so.
func escapeJSON(text string, wide bool) string {
	return escape(text, wide, "\n", func(b *strings.Builder, r rune) {
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(b, `\u%04x`, unit)
		}
	})
}

// escapeText makes a stranger's text harmless on a terminal: what is hidden is
// written out, and a backslash doubled so that both can be told apart.
func escapeText(text string, wide bool) string {
	return escape(strings.ReplaceAll(text, `\`, `\\`), wide, "", func(b *strings.Builder, r rune) {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r > 0xffff:
			fmt.Fprintf(b, `\U%08x`, r)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	})
}

func escape(text string, wide bool, keep string, write func(*strings.Builder, rune)) string {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		plain := i
		for i < len(text) && ' ' <= text[i] && text[i] <= '~' {
			i++
		}
		b.WriteString(text[plain:i])
		if i == len(text) {
			break
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case strings.ContainsRune(keep, r):
			b.WriteRune(r)
		case hidden(r) || !wide && r > unicode.MaxASCII:
			write(&b, r)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

// valueText writes a value of the snapshot on one line, as JSON.
func valueText(value any, wide bool) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return escapeText(fmt.Sprint(value), wide)
	}
	return escapeJSON(strings.TrimSuffix(b.String(), "\n"), wide)
}

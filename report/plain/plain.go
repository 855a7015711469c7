// Package plain makes a stranger's text harmless where it is shown.
//
// # What it answers
//
// How a text from the cloud, or of the user, is written on a terminal, in
// JSON, or in Markdown, so that it shows itself and steers nothing.
//
// # What it assumes
//
// Nothing of the text: it may hold escape sequences, bidirectional controls,
// line feeds, or bytes that are no UTF-8.
//
// # Limits
//
// HTML and SVG are escaped by the packages that write them.
package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Hidden reports whether a character changes what stands around it, or does
// not show itself: control characters, bidi overrides, joiners, variation
// selectors, fillers, every space but the common one.
func Hidden(r rune) bool {
	if ' ' <= r && r <= '~' {
		return false
	}
	return !unicode.IsPrint(r) || unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// JSON writes what is hidden in a JSON text as \u, which means the same. The
// line feeds of indentation stay. Without wide, everything outside ASCII is
// written so.
func JSON(text string, wide bool) string {
	return escape(text, wide, "\n", func(b *strings.Builder, r rune) {
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(b, `\u%04x`, unit)
		}
	})
}

// Text makes a text harmless on a terminal: what is hidden is written out, and
// a backslash doubled so that both can be told apart.
func Text(text string, wide bool) string {
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

// Markdown makes a text show itself in a line of Markdown: no markup, no HTML,
// no mention of anybody.
func Markdown(text string) string {
	var b strings.Builder
	for _, r := range Text(text, true) {
		if r < 0x80 && strings.ContainsRune("\\`*_{}[]()<>#+-.!|~&@:$^=\"'", r) {
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Code is a text as a span of code in a line or a table of Markdown; one that
// would end the span early is escaped instead.
func Code(text string) string {
	if strings.Contains(text, "`") || strings.TrimSpace(text) == "" {
		return Markdown(text)
	}
	return "`" + strings.ReplaceAll(Text(text, true), "|", `\|`) + "`"
}

func escape(text string, wide bool, keep string, write func(*strings.Builder, rune)) string {
	if Shows(text) {
		return text
	}
	return escapeEach(text, wide, keep, write)
}

// Shows reports whether a text is ASCII that shows itself, as most is.
func Shows(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// escapeEach looks at every character; it is the twin of escape.
func escapeEach(text string, wide bool, keep string, write func(*strings.Builder, rune)) string {
	var b strings.Builder
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case strings.ContainsRune(keep, r):
			b.WriteRune(r)
		case Hidden(r) || !wide && r > unicode.MaxASCII:
			write(&b, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

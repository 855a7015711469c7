package plain

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// Whatever goes in, nothing hidden comes out, and different texts stay
// different.
func TestTextShowsItself(t *testing.T) {
	seen := map[string]string{}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
			rapid.SampledFrom([]string{"\x1b[31m", "a\u202eb", "x\ny", "\\n", "\n", "\u200b", "\xff", "\\xff"})).Draw(t, "text")
		for _, wide := range []bool{false, true} {
			out := Text(text, wide)
			for _, r := range out {
				if Hidden(r) || !wide && r > unicode.MaxASCII {
					t.Fatalf("%q became %q", text, out)
				}
			}
			if other, twice := seen[out]; twice && other != text && wide {
				t.Fatalf("%q and %q both became %q", text, other, out)
			} else if wide {
				seen[out] = text
			}
		}
	})
}

// JSON keeps what a value means.
func TestJSONMeansTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		raw, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var back string
		if err := json.Unmarshal([]byte(JSON(string(raw), false)), &back); err != nil || back != text {
			t.Fatalf("%q became %q, %v", text, back, err)
		}
	})
}

func TestMarkdown(t *testing.T) {
	for _, text := range []string{"<b>x</b>", "[a](http://b)", "@everybody", "a|b", "`code`", "# head", "**x**", "&lt;", "1. x", "http://x.example"} {
		out := Markdown(text)
		if strings.ContainsAny(strings.NewReplacer("&#", "", ";", "").Replace(out), "<>[]()`@|*#&.:") {
			t.Errorf("%q became %q", text, out)
		}
		if code := Code(text); strings.Count(code, "`")%2 != 0 || strings.Contains(strings.ReplaceAll(code, `\|`, ""), "|") {
			t.Errorf("%q as code is %q", text, code)
		}
	}
	for text, want := range map[string]string{"a b": "`a b`", "a|b": "`a\\|b`", "a`b": Markdown("a`b"), "`a`": Markdown("`a`"), "``": Markdown("``"), "": "", " ": Markdown(" ")} {
		if got := Code(text); got != want {
			t.Errorf("%q as code is %q, want %q", text, got, want)
		}
	}
}

// What ASCII shows is told without the tables.
func TestHiddenOfASCII(t *testing.T) {
	for r := range rune(256) {
		if want := !unicode.IsPrint(r) || unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point); Hidden(r) != want {
			t.Errorf("%q: hidden is %v", r, !want)
		}
	}
}

// A text that shows itself is left as it is, which is what looking at every character
// comes to.
func TestEscapeIsItsTwin(t *testing.T) {
	texts := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("a ~\x7f\x1f\n\u0080"))))
	rapid.Check(t, func(t *rapid.T) {
		text, wide, keep := texts.Draw(t, "text"), rapid.Bool().Draw(t, "wide"), rapid.SampledFrom([]string{"", "\n"}).Draw(t, "keep")
		write := func(b *strings.Builder, r rune) { fmt.Fprintf(b, "<%x>", r) }
		if got, want := escape(text, wide, keep, write), escapeEach(text, wide, keep, write); got != want {
			t.Fatalf("%q became %q, want %q", text, got, want)
		}
	})
}

package report

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestHTMLNeedsNothingElse(t *testing.T) {
	r, s := htmlFixture(t)
	doc := parseHTML(t, renderHTML(t, r, Options{Snapshot: s, View: htmlView()}))
	var policy string
	inline := map[string][]string{}
	for _, n := range elements(doc) {
		switch {
		case attribute(n, "http-equiv") == "Content-Security-Policy":
			policy = attribute(n, "content")
		case n.Data == "style" || n.Data == "script":
			sum := sha256.Sum256([]byte(n.FirstChild.Data))
			inline[n.Data] = append(inline[n.Data], fmt.Sprintf("'sha256-%s'", base64.StdEncoding.EncodeToString(sum[:])))
			if found := regexp.MustCompile(`(?i)https?:|[ "']//[a-z0-9]|url\(|@import|<|innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|fetch\(|XMLHttp`).FindString(n.FirstChild.Data); found != "" {
				t.Errorf("<%s> has %q", n.Data, found)
			}
		}
	}
	want := "default-src 'none'; style-src " + strings.Join(inline["style"], " ") + "; script-src " + strings.Join(inline["script"], " ") + "; img-src data:; base-uri 'none'; form-action 'none'"
	if len(inline["style"]) != 2 || len(inline["script"]) != 1 || policy != want {
		t.Errorf("policy %q, want %q", policy, want)
	}
}

// What only the script can do is hidden until it runs, and what it replaces is
// there: without it everything is on the page.
func TestHTMLWithoutScript(t *testing.T) {
	r, s := htmlFixture(t)
	hidden := map[string]bool{}
	for _, n := range elements(parseHTML(t, renderHTML(t, r, Options{Snapshot: s, View: htmlView()}))) {
		scripted := slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "data-scripted" })
		off := slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" })
		copies, id := attribute(n, "class") == "copy", attribute(n, "id")
		if (scripted || copies) != off && id != "words" && id != "none" {
			t.Errorf("<%s id=%q class=%q>: scripted %t, hidden %t", n.Data, id, attribute(n, "class"), scripted, off)
		}
		for d := range n.Descendants() {
			if off && d.Type == html.ElementNode {
				hidden[attribute(d, "id")] = true
			}
		}
	}
	for _, id := range []string{"q", "sort", "group"} {
		if !hidden[id] {
			t.Errorf("#%s is there without a script", id)
		}
	}
	for _, id := range []string{"by-status", "by-rule", "by-subject"} {
		if hidden[id] {
			t.Errorf("#%s is not there without a script", id)
		}
	}
}

// The filter is style alone: every choice has its rule, every finding its
// classes, and no stranger's text is in it.
func TestHTMLFilter(t *testing.T) {
	r, s := htmlFixture(t)
	page := renderHTML(t, r, Options{Snapshot: s})
	doc := parseHTML(t, page)
	style := textOf(withID(t, doc, "filters"))
	options := map[string]int{}
	for _, n := range elements(doc) {
		if n.Data == "select" && strings.HasPrefix(attribute(n, "id"), "by-") && attribute(n, "id") != "by-change" {
			for o := range n.ChildNodes() {
				value := attribute(o, "value")
				if options[attribute(n, "id")]++; value == "" {
					continue
				}
				if want := fmt.Sprintf(`main:has(#%s option[value="%s"]:checked) `, attribute(n, "id"), value); !strings.Contains(style, want) {
					t.Errorf("no style %q", want)
				}
			}
		}
	}
	if options["by-status"] < 6 || options["by-rule"] != 8 || options["by-subject"] != 6 {
		t.Errorf("choices: %v", options)
	}
	classes := map[string]string{}
	for _, f := range r.Findings {
		n := withID(t, doc, "f-"+f.Fingerprint)
		for attribute(n, "class") == "body" || n.Data == "div" {
			n = n.Parent
		}
		for i, key := range []string{f.Rule, f.Subject.ARN} {
			class := regexp.MustCompile(`\b[rs]\d+\b`).FindAllString(attribute(n, "class"), -1)[i]
			if classes[key] == "" {
				classes[key] = class
			}
			if classes[key] != class {
				t.Errorf("%s has class %s and %s", key, classes[key], class)
			}
		}
	}
	seen := map[string]string{}
	for key, class := range classes {
		if seen[class] != "" {
			t.Errorf("%s and %s share class %s", key, seen[class], class)
		}
		seen[class] = key
	}
}

// A tone's text must be readable on every ground it stands on: 4.5 to 1
// (WCAG 2.1, 1.4.3), in both themes.
func TestHTMLContrast(t *testing.T) {
	style, err := os.ReadFile("html/style.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, _ := strings.Cut(string(style), "@media screen and (prefers-color-scheme: dark)")
	for theme, rules := range map[string]string{"light": light, "dark": dark[:strings.Index(dark, ".t-critical")]} {
		colours := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(rules, -1) {
			colours[m[1]] = luminance(t, m[2])
		}
		for _, text := range []string{"ink", "quiet", "link", "critical", "high", "medium", "low", "info", "latent", "unknown", "waived", "pass", "na"} {
			for _, ground := range []string{"paper", "sheet", "sunk"} {
				a, b := colours[text], colours[ground]
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
					t.Errorf("%s: %s on %s is %.2f to 1", theme, text, ground, ratio)
				}
			}
		}
		for _, text := range []string{"ink", "quiet"} {
			for _, ground := range []string{"mark", "warn"} {
				a, b := colours[text], colours[ground]
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
					t.Errorf("%s: %s on %s is %.2f to 1", theme, text, ground, ratio)
				}
			}
		}
	}
}

// luminance of an sRGB colour (WCAG 2.1, relative luminance).
func luminance(t testing.TB, hex string) float64 {
	t.Helper()
	var c [3]int
	if _, err := fmt.Sscanf(hex, "%02x%02x%02x", &c[0], &c[1], &c[2]); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(c[i]) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

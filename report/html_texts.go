package report

import (
	"html/template"
	"regexp"
	"strings"
	"text/template/parse"

	"esaudit/lang"
	"esaudit/report/plain"
)

// translateTemplates puts the page's own texts into a language: what stands
// between tags, and in attributes that are read aloud. Tags and actions stay.
func translateTemplates(t *template.Template, texts *lang.Texts) {
	if texts == nil {
		return
	}
	for _, part := range t.Templates() {
		if part.Tree != nil {
			m := &markup{say: texts.T}
			m.node(part.Tree.Root)
		}
	}
}

// markup is where a walk through a template stands.
type markup struct {
	say   func(string) string
	inTag bool
}

func (m *markup) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		for _, child := range n.Nodes {
			m.node(child)
		}
	case *parse.IfNode:
		m.branch(&n.BranchNode)
	case *parse.RangeNode:
		m.branch(&n.BranchNode)
	case *parse.WithNode:
		m.branch(&n.BranchNode)
	case *parse.TextNode:
		n.Text = []byte(m.text(string(n.Text)))
	}
}

// branch walks both sides from the same place.
func (m *markup) branch(b *parse.BranchNode) {
	before := m.inTag
	m.node(b.List)
	if b.ElseList != nil {
		m.inTag = before
		m.node(b.ElseList)
	}
}

// spoken are attributes that people hear.
var spoken = regexp.MustCompile(`(aria-label|title|placeholder)="[^"]*`)

// text translates a piece of markup.
func (m *markup) text(markup string) string {
	var b strings.Builder
	for markup != "" {
		end := "<"
		if m.inTag {
			end = ">"
		}
		part, rest, found := strings.Cut(markup, end)
		if m.inTag {
			part = spoken.ReplaceAllStringFunc(strings.Replace(part, `html lang="en"`, `html lang="zh-CN"`, 1), func(attribute string) string {
				name, text, _ := strings.Cut(attribute, `="`)
				return name + `="` + m.words(text)
			})
		} else {
			part = m.words(part)
		}
		b.WriteString(part)
		if found {
			b.WriteString(end)
			m.inTag = !m.inTag
		}
		markup = rest
	}
	return b.String()
}

// words translates a text and leaves the blanks around it.
func (m *markup) words(text string) string {
	words := strings.TrimSpace(text)
	if words == "" {
		return text
	}
	return strings.Replace(text, words, m.say(words), 1)
}

// translate puts what the page was filled with into a language.
func (p *htmlPage) translate(t *lang.Texts) {
	if t == nil {
		return
	}
	tiles := func(list []htmlTile) {
		for i := range list {
			list[i].Word = t.T(list[i].Word)
		}
	}
	findings := func(list []htmlFinding) {
		for i := range list {
			list[i].translate(t)
		}
	}
	tiles(p.Tiles)
	for i := range p.Worst {
		tiles(p.Worst[i].Counts)
	}
	for i := range p.Rules {
		tiles(p.Rules[i].Counts)
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		g.Title, g.Note = t.T(g.Title), t.T(g.Note)
		findings(g.Findings)
	}
	for i := range p.Settled {
		g := &p.Settled[i]
		g.Title = t.T(g.Title)
		for _, r := range g.Rules {
			findings(r.Findings)
		}
	}
	for _, m := range p.Matrices {
		for _, row := range m.Rows {
			for _, cell := range row.Cells {
				for i := range cell {
					cell[i].Word = t.T(cell[i].Word)
				}
			}
		}
	}
}

func (f *htmlFinding) translate(t *lang.Texts) {
	f.Word, f.Asides = t.T(f.Word), viewed(f.Asides, t.T)
	for i := range f.Evidence {
		e := &f.Evidence[i]
		e.Size = t.Made(e.Size)
	}
}

// say is a word of ours in the page's language, fit for the page.
func say(t *lang.Texts) func(any) string {
	return func(word any) string {
		if s, ok := word.(interface{ String() string }); ok {
			return plain.Text(t.T(s.String()), true)
		}
		text, _ := word.(string)
		return plain.Text(t.T(text), true)
	}
}

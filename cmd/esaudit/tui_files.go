package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"esaudit/config"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/report"
	"esaudit/report/reach"
	"esaudit/tui"
	"esaudit/tui/survey"
)

// Export writes what a view shows. The ending of the file says the format.
func (x *explorer) Export(ctx context.Context, e tui.Estate, what tui.Export, file string) error {
	s, ok := e.(*survey.Survey)
	if !ok {
		return errors.New("export: another kind of estate")
	}
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("%s is there already; name another file", file)
	}
	data, err := x.exported(s, what, formatOf(file))
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	return x.app.write(destination{file: file}, data)
}

func (x *explorer) exported(s *survey.Survey, what tui.Export, format string) ([]byte, error) {
	formats := reach.Formats()
	switch {
	case what.Changes && s.Diff() != nil:
		formats = changeFormats()
	case what.Cluster == "" && what.Question == nil:
		formats = report.Formats()
	}
	if !slices.Contains(formats, format) {
		return nil, fmt.Errorf("the ending of a file says the format: .txt, .md, .xml for JUnit, else one of %s", strings.Join(formats, ", "))
	}
	g, opt := s.Graph(), reach.Options{Graph: s.Graph(), File: s.About().File, Width: 100, Unicode: x.app.speaksUnicode()}
	switch {
	case what.Changes && s.Diff() != nil:
		return renderChange(format, *s.Diff(), screen{width: 100, unicode: x.app.speaksUnicode()})
	case what.Question != nil:
		q := *what.Question
		answer, err := g.Reach(q.From, q.To)
		if err != nil {
			return nil, err
		}
		return reach.Write(format, reach.Answer{From: q.From, To: q.To, Answer: answer}, opt)
	case what.Cluster != "":
		sources, err := g.Sources("es:" + what.Cluster)
		if err != nil {
			return nil, err
		}
		return reach.Write(format, reach.Sources{Sources: sources}, opt)
	}
	if !s.About().Judged {
		return nil, errors.New("rules are being applied yet")
	}
	r := *s.Report()
	if !what.All {
		r.Findings = chosen(s, what)
		finding.Sort(r.Findings)
		r.Summary = finding.Summarise(r.Findings)
	}
	r.Findings = finding.Visible(r.Findings, report.Whole(format) || !what.All)
	return x.report(g, &r, format, s.About().File)
}

// chosen are the findings that a view shows: those of its list, those that are
// unknown, or those that differ from a baseline.
func chosen(s *survey.Survey, what tui.Export) []finding.Finding {
	var out []finding.Finding
	for _, x := range what.Findings {
		out = append(out, *s.Finding(x.Finding))
	}
	for i := range s.Findings() {
		f := s.Finding(i)
		if what.Gaps && f.Status == finding.Unknown || what.Changes && (f.Baseline == finding.New || f.Baseline == finding.Changed) {
			out = append(out, *f)
		}
	}
	return out
}

func (x *explorer) report(g *graph.Graph, r *finding.Report, format, file string) ([]byte, error) {
	var b bytes.Buffer
	err := report.Write(&b, format, r, report.Options{
		Snapshot: g.Snapshot(), SnapshotURI: estate{file: file}.uri(), Width: 100, Unicode: x.app.speaksUnicode(), Profile: report.ProfileGitHub,
	})
	return b.Bytes(), err
}

func (x *explorer) waiversFile() string {
	if x.flags.audit.waivers != "" {
		return x.flags.audit.waivers
	}
	return defaultWaivers
}

// Waive adds a waiver to the file, which is read again before it is replaced:
// what would make it wrong is not written.
func (x *explorer) Waive(_ context.Context, f *finding.Finding, reason string, replace bool) (string, error) {
	file := x.waiversFile()
	data, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	data, standing, err := withWaiver(data, f, reason)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	if standing != nil && !replace {
		return "", &tui.StandingError{File: file, Reason: *standing}
	}
	catalogue, err := x.app.catalogue(x.flags.audit.own)
	if err != nil {
		return "", err
	}
	if _, wrong := config.ParseWaivers(data, ruleIDs(catalogue), x.app.declared.OnPrem); len(wrong) > 0 {
		return "", fmt.Errorf("%s: %w; mend it first", file, wrong[0])
	}
	return file, x.app.write(destination{file: file}, data)
}

// withWaiver adds a waiver to the text of a waivers file, or gives a new reason to
// the one for exactly this rule and resource, whose old reason it returns then. What
// stands there besides stays as it is, comments too.
func withWaiver(data []byte, f *finding.Finding, reason string) (after []byte, standing *string, err error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, nil, err
	}
	list, err := waiversOf(&root)
	if err != nil {
		return nil, nil, err
	}
	item := &yaml.Node{Kind: yaml.MappingNode}
	for _, pair := range [][2]string{{"rule", f.Rule}, {"resource", pattern(f.Subject.ARN)}, {"reason", reason}} {
		item.Content = append(item.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: pair[0]}, text(pair[1]))
	}
	if old := slices.IndexFunc(list.Content, func(n *yaml.Node) bool { return accepts(n, f) }); old >= 0 {
		standing = renew(list.Content[old], reason)
	} else {
		list.Content = append(list.Content, item)
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(&root); err != nil {
		return nil, nil, err
	}
	return b.Bytes(), standing, e.Close()
}

// renew gives a waiver another reason, for as long as it stands, and returns what it
// said before.
func renew(waiver *yaml.Node, reason string) *string {
	was := ""
	if at := field(waiver, "reason"); at != nil {
		was = at.Value
		*at = *text(reason)
	}
	if at := field(waiver, "expires"); at != nil {
		was += " (expires: " + at.Value + ")"
		i := slices.Index(waiver.Content, at)
		waiver.Content = slices.Delete(waiver.Content, i-1, i+1)
	}
	return &was
}

// waiversOf is the list of a waivers file, which is made where there is none.
func waiversOf(root *yaml.Node) (*yaml.Node, error) {
	if len(root.Content) == 0 {
		*root = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	top := root.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, errors.New("it is no waivers file")
	}
	list := field(top, "waivers")
	if list == nil {
		list = &yaml.Node{Kind: yaml.SequenceNode}
		top.Content = append(top.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "waivers"}, list)
	}
	if list.Kind != yaml.SequenceNode {
		*list = yaml.Node{Kind: yaml.SequenceNode}
	}
	list.Style = 0
	return list, nil
}

// accepts reports whether a waiver is about a finding's rule and resource as a
// whole, and about nothing else.
func accepts(waiver *yaml.Node, f *finding.Finding) bool {
	rule, resource := field(waiver, "rule"), field(waiver, "resource")
	return rule != nil && rule.Value == f.Rule && resource != nil && (resource.Value == pattern(f.Subject.ARN) || resource.Value == f.Subject.ID) &&
		field(waiver, "path") == nil
}

// field is the value of a key of a mapping; nil for none.
func field(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

// pattern is a text as path.Match takes it, standing for itself.
func pattern(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}

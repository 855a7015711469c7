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
	if what.Cluster == "" && what.Question == nil {
		formats = report.Formats()
	}
	if !slices.Contains(formats, format) {
		return nil, fmt.Errorf("the ending of a file says the format: .txt, .md, .xml for JUnit, else one of %s", strings.Join(formats, ", "))
	}
	g, opt := s.Graph(), reach.Options{Graph: s.Graph(), File: s.About().File, Width: 100, Unicode: x.app.speaksUnicode()}
	switch {
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
	r := *s.Report()
	if !what.All {
		r.Findings = nil
		for _, x := range what.Findings {
			r.Findings = append(r.Findings, *s.Finding(x.Finding))
		}
		finding.Sort(r.Findings)
		r.Summary = finding.Summarise(r.Findings)
	}
	r.Findings = finding.Visible(r.Findings, report.Whole(format) || !what.All)
	return x.report(g, &r, format, s.About().File)
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
func (x *explorer) Waive(_ context.Context, f *finding.Finding, reason string) (string, error) {
	file := x.waiversFile()
	data, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	data, err = withWaiver(data, f, reason)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
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

// withWaiver adds a waiver to the text of a waivers file. What stands there
// stays as it is, comments too.
func withWaiver(data []byte, f *finding.Finding, reason string) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	item := &yaml.Node{Kind: yaml.MappingNode}
	for _, pair := range [][2]string{{"rule", f.Rule}, {"resource", pattern(f.Subject.ARN)}, {"reason", reason}} {
		value := &yaml.Node{}
		value.SetString(pair[1])
		item.Content = append(item.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: pair[0]}, value)
	}
	if len(root.Content) == 0 {
		root = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	top := root.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, errors.New("it is no waivers file")
	}
	i := slices.IndexFunc(top.Content, func(n *yaml.Node) bool { return n.Value == "waivers" })
	if i < 0 || i+1 >= len(top.Content) {
		top.Content = append(top.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "waivers"}, &yaml.Node{Kind: yaml.SequenceNode})
		i = len(top.Content) - 2
	}
	list := top.Content[i+1]
	if list.Kind != yaml.SequenceNode {
		*list = yaml.Node{Kind: yaml.SequenceNode}
	}
	list.Style = 0
	list.Content = append(list.Content, item)
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(&root); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// pattern is a text as path.Match takes it, standing for itself.
func pattern(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}

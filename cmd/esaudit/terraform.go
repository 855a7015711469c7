package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"esaudit/change"
	"esaudit/collector/terraform"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/fix"
	"esaudit/report"
	"esaudit/snapshot"
)

// origins says in which resource, file and line values of an estate are
// written.
type origins struct {
	of      *terraform.Origins
	sources *terraform.Sources
}

// annotate names the resource of a piece of evidence, and its line.
func (o *origins) annotate(e *finding.Evidence) {
	origin, ok := o.of.Of(e.Pointer)
	if !ok {
		return
	}
	text := origin.Address
	if file, line, ok := o.place(e.Pointer); ok {
		text = fmt.Sprintf("%s at %s:%d", text, file, line)
	}
	if e.Note != "" {
		text = e.Note + "; " + text
	}
	e.Note = text
}

// written says where values are written; nil when nobody knows.
func (e estate) written() report.Written {
	if e.origins == nil || e.origins.sources.Empty() {
		return nil
	}
	return e.origins.place
}

// place is the file and line where the value at a pointer is written.
func (o *origins) place(pointer string) (file string, line int, ok bool) {
	p, ok := o.sources.Place(o.of, pointer)
	return p.File, p.Line, ok
}

// readTerraform reads a Terraform plan as an estate of its own.
func readTerraform(name string, data []byte) (estate, error) {
	p, err := terraform.Parse(data)
	if err != nil {
		return estate{}, err
	}
	s, of, err := p.Snapshot()
	return estate{snapshot: s, plan: name, origins: &origins{of: of}}, err
}

// laid is an estate as a plan leaves it, and how what the plan stores of the
// present differs from it.
type laid struct {
	estate
	stored []facts.Compared // nil when the plan stores nothing
}

// lay lays a plan over an estate: a plan of corrections, or a Terraform plan or
// state, told apart by what they hold.
func (a *app) lay(e estate, name, repository string) (laid, error) {
	if e.plan != "" {
		return laid{}, usagef("read plan: %s is a Terraform plan itself; --plan lays one over a live estate", e.plan)
	}
	p, err := layOver(e, name)
	if err != nil {
		return laid{}, usagef("read plan %s: %w", name, err)
	}
	p.findSources(repository)
	return p, nil
}

func layOver(e estate, name string) (laid, error) {
	source, err := readSource(name, nil)
	if err != nil {
		return laid{}, err
	}
	data := []byte(source.Text())
	root, err := snapshot.ParseJSON(data)
	mistake := terraform.MistakenFor(data)
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return laid{}, errors.New(isEmpty)
	case mistake != "":
		return laid{}, errors.New(mistake)
	case err != nil:
		return laid{}, err
	case terraform.IsPlan(root):
		return layTerraform(e, name, data)
	case strings.HasPrefix(root.Get("schema").Text(), "esaudit.plan/"):
		return layFix(e, data)
	}
	return laid{}, fmt.Errorf("neither a plan of corrections (%s) nor a Terraform plan (`terraform show -json`)", fix.Schema)
}

func layFix(e estate, data []byte) (laid, error) {
	p, err := fix.ParsePlan(data)
	if err != nil {
		return laid{}, err
	}
	edits, err := p.Edits()
	if err != nil {
		return laid{}, err
	}
	edited, err := change.Apply(e.snapshot, edits...)
	return laid{estate: estate{snapshot: edited}}, err
}

func layTerraform(e estate, name string, data []byte) (laid, error) {
	p, err := terraform.Parse(data)
	if err != nil {
		return laid{}, err
	}
	after, of, err := p.Overlay(e.snapshot)
	if err != nil {
		return laid{}, err
	}
	list, err := p.Drift(e.snapshot)
	if err != nil {
		return laid{}, err
	}
	out := laid{estate: estate{snapshot: after, plan: name, origins: &origins{of: of}}, stored: []facts.Compared{}}
	if after == e.snapshot {
		out.file = e.file
	}
	for _, c := range list {
		out.stored = append(out.stored, compared(c))
	}
	return out, nil
}

// compared is a comparison as a fact.
func compared(c terraform.Comparison) facts.Compared {
	object := string(c.Kind) + " " + c.ID
	out := facts.Compared{Account: c.Account, Region: c.Region, Kind: c.Kind, ID: c.ID, Holder: c.Holder, Unread: c.Unread}
	if c.Gone {
		out.Differences = append(out.Differences, facts.Difference{Object: object, Gone: true, Origin: c.Origin.Address, At: c.Pointer})
	}
	for _, d := range c.Differences {
		out.Differences = append(out.Differences, facts.Difference{
			Object: object, Field: d.Field, Stored: plainValue(d.Stored), Live: plainValue(d.Live), Origin: d.Origin.Address, At: d.Pointer,
		})
	}
	return out
}

// plainValue is a value of a document; nil for none.
func plainValue(n *snapshot.Node) any {
	if !n.Exists() {
		return nil
	}
	return json.RawMessage(bytes.TrimSpace(n.AppendJSON(nil)))
}

// findSources reads the .tf files of an estate's plan: those beside it, else
// those of the root of the repository.
func (e estate) findSources(repository string) {
	if e.origins == nil {
		return
	}
	repository = cmp.Or(repository, ".")
	tree, err := os.OpenRoot(repository)
	if err != nil {
		return
	}
	defer tree.Close()
	for _, dir := range []string{beside(repository, e.plan), "."} {
		if e.origins.sources = terraform.ReadSources(tree.FS(), dir); !e.origins.sources.Empty() {
			return
		}
	}
}

// beside is the directory of a file below a root, with slashes; "." for one that
// is not below it.
func beside(root, file string) string {
	base, err := filepath.Abs(root)
	if err != nil {
		return "."
	}
	path, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return "."
	}
	relative, err := filepath.Rel(base, path)
	if err != nil || !filepath.IsLocal(relative) {
		return "."
	}
	return filepath.ToSlash(relative)
}

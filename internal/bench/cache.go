package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"esaudit/audit"
	"esaudit/cache"
	"esaudit/config"
	"esaudit/locality"
	"esaudit/report"
	"esaudit/snapshot"
)

// again audits the estate with what an audit of it kept: as it was, and when a
// hundredth of its objects changed, beside an audit of the same bytes without.
func (b *bench) again() error {
	together, scattered := b.hundredth()
	near, far, described := b.changed(together, "Remark"), b.changed(scattered, "Remark"), b.changed(scattered, "Description")
	taken := b.snapshot.Accounts()[0].TakenAt
	instant := func(t time.Time) []byte { return fmt.Appendf(nil, `"takenAt": %q`, t.Format(time.RFC3339)) }
	later := bytes.Replace(near, instant(taken), instant(taken.Add(24*time.Hour)), 1)
	for _, x := range []struct {
		name string
		data []byte
	}{{"nothing changed", b.data}, {"1% of objects, together", near}, {"the same, read a day later", later}, {"1% of objects described otherwise, everywhere", described}, {"1% of objects, everywhere", far}} {
		if err := b.auditedAgain(x.name, x.data); err != nil {
			return err
		}
	}
	return nil
}

// auditedAgain prints what an audit of data takes with what one of the estate kept.
func (b *bench) auditedAgain(name string, data []byte) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	store, err := cache.Open(dir, []byte("a secret of the benchmark"), cache.Limit)
	if err != nil {
		return err
	}
	known, parts := 0, 0
	var problem error
	c := &audit.Cache{
		Store: store, Program: "bench", Note: func(text string) { problem = errors.New(text) },
		Told: func(k, p int) { known, parts = k, p },
	}
	var without, with []byte
	plain := once(func() { without, err = reported(data, nil) })
	if err != nil {
		return err
	}
	if _, err := reported(b.data, c); err != nil {
		return err
	}
	ours := once(func() { with, err = reported(data, c) })
	switch {
	case err != nil:
		return err
	case problem != nil:
		return problem
	case !bytes.Equal(without, with):
		return fmt.Errorf("%s: the reports differ", name)
	}
	b.line("audit --cache: "+name, ours, plain, fmt.Sprintf("the audit without; 5.00x; %d of %d parts known", known, parts))
	return nil
}

// reported is the report of an estate as JSON.
func reported(data []byte, c *audit.Cache) ([]byte, error) {
	s, err := snapshot.Parse(data)
	if err != nil {
		return nil, err
	}
	r, err := audit.Run(context.Background(), s, audit.Options{Cache: c})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = report.Write(&out, "json", r.Report, report.Options{})
	return out.Bytes(), err
}

// hundredth is a hundredth of the objects: those of neighbours, and every
// hundredth one.
func (b *bench) hundredth() (together, scattered []snapshot.Object) {
	n := 0
	for _, p := range locality.Divide(b.snapshot, config.Config{}).Parts {
		for _, o := range p.Objects {
			if n++; n%100 == 0 {
				scattered = append(scattered, o)
			}
			if !p.Directory && len(together) < b.objects/100 {
				together = append(together, o)
			}
		}
	}
	return together, scattered
}

// changed is the file of the estate with another value of an attribute of some
// objects, or one more attribute: nobody knows what rests on a remark, while a
// description is the object's own.
func (b *bench) changed(objects []snapshot.Object, attribute string) []byte {
	var edits []snapshot.Edit
	for _, o := range objects {
		fields, attributes := o.Node.Clone(nil).Fields(), o.Attr().Clone(nil).Fields()
		if len(attributes) == 0 {
			continue
		}
		attributes[attribute] = snapshot.NewString(strings.ToUpper(o.ID))
		fields["attributes"] = snapshot.NewObject(attributes)
		edits = append(edits, snapshot.Edit{Object: o, Node: snapshot.NewObject(fields)})
	}
	return b.snapshot.Edited(edits...).Canonical()
}

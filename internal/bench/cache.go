package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"esaudit/audit"
	"esaudit/cache"
	"esaudit/config"
	"esaudit/locality"
	"esaudit/report"
	"esaudit/snapshot"
)

// later is the file of the estate after something changed.
type later struct {
	name string
	data []byte
}

// changes are what happens to an estate between two audits: nothing, or a hundredth of its
// objects change.
func (b *bench) changes() ([]later, error) {
	together, scattered := b.hundredth()
	remark, description := named("Remark"), named("Description")
	read, err := b.exchanged()
	if err != nil {
		return nil, err
	}
	near := b.changed(together, remark)
	taken := b.snapshot.Accounts()[0].TakenAt
	instant := func(t time.Time) []byte { return fmt.Appendf(nil, `"takenAt": %q`, t.Format(time.RFC3339)) }
	return []later{
		{"nothing changed", b.data},
		{"1% of objects, together", near},
		{"the same, read a day later", bytes.Replace(near, instant(taken), instant(taken.Add(24*time.Hour)), 1)},
		{"1% of objects described otherwise, everywhere", b.changed(scattered, description)},
		{"1% of objects, everywhere", b.changed(scattered, remark)},
		{"lists of 1% of clusters", b.changed(b.someClusters(), lists)},
		{"1% of objects in what is read, together", b.changed(together, read)},
		{"1% of objects in what is read, everywhere", b.changed(scattered, read)},
	}, nil
}

// again audits the estate with what an audit of it kept: as it was, and when a
// hundredth of its objects changed, beside an audit of the same bytes without.
func (b *bench) again() error {
	changes, err := b.changes()
	if err != nil {
		return err
	}
	for _, c := range changes {
		if err := b.auditedAgain(c.name, c.data); err != nil {
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
	first := once(func() { _, err = reported(b.data, c) })
	if err != nil {
		return err
	}
	size, err := sizeOf(dir)
	if err != nil {
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
	b.line("audit --cache: "+name, ours, plain, fmt.Sprintf("the audit without; 5.00x; %d of %d parts known; the first one took %s and kept %.1f MB", known, parts, short(first), float64(size)/1e6))
	return nil
}

// reported is the report of an estate as JSON.
func reported(data []byte, c *audit.Cache) ([]byte, error) {
	var known *snapshot.Known
	if c != nil {
		known = c.Texts()
	}
	source, err := known.ReadAt(bytes.NewReader(data), len(data))
	if err != nil {
		return nil, err
	}
	s, err := source.Snapshot()
	if err != nil {
		return nil, err
	}
	r, err := audit.Run(context.Background(), s, audit.Options{Cache: c, Lean: true}) // as the command does
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = report.Write(&out, "json", r.Report, report.Options{})
	if c != nil {
		c.Wait()
	}
	return out.Bytes(), err
}

// sizeOf is how many bytes the files of a folder have.
func sizeOf(dir string) (size int64, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return 0, err
		}
		size += info.Size()
	}
	return size, err
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

// someClusters are every hundredth cluster.
func (b *bench) someClusters() (some []snapshot.Object) {
	for _, a := range b.snapshot.Accounts() {
		for i, c := range a.Objects(snapshot.Cluster) {
			if i%100 == 0 {
				some = append(some, c)
			}
		}
	}
	return some
}

// lists gives a cluster the lists of another one.
func lists(o snapshot.Object, attributes map[string]*snapshot.Node) {
	const key = "whiteIpGroupList"
	for _, other := range o.Account.Objects(snapshot.Cluster) {
		if value := other.Attr("networkConfig", key); !value.Equal(o.Attr("networkConfig", key)) {
			network := o.Attr("networkConfig").Clone(nil).Fields()
			network[key] = value.Clone(nil)
			attributes["networkConfig"] = snapshot.NewObject(network)
			return
		}
	}
}

// editing gives some attributes of an object other values.
type editing func(o snapshot.Object, attributes map[string]*snapshot.Node)

// named gives an attribute another value, or has one more: nobody reads a remark, and a
// description is the object's own.
func named(attribute string) editing {
	return func(o snapshot.Object, attributes map[string]*snapshot.Node) {
		attributes[attribute] = snapshot.NewString(strings.ToUpper(o.ID))
	}
}

// fixed is what no vSwitch or VPC ever has another one of: what stands in it would not any more.
const fixed = "CidrBlock"

// exchanged gives an attribute that an audit reads, and that names nobody, the value
// that it has of another object.
func (b *bench) exchanged() (editing, error) {
	s, err := snapshot.Parse(b.data)
	if err != nil {
		return nil, err
	}
	if _, err := audit.Run(context.Background(), s, audit.Options{Lean: true}); err != nil {
		return nil, err
	}
	asked := s.Asked()
	return func(o snapshot.Object, attributes map[string]*snapshot.Node) {
		for _, name := range o.Attr().Keys() {
			if !asked.Asks(o.Kind, name) || locality.Own(o.Kind, name) || name == fixed || names(o.Attr(name)) {
				continue
			}
			for _, other := range o.Account.Objects(o.Kind) {
				if value := other.Attr(name); value.Exists() && !names(value) && !value.Equal(attributes[name]) {
					attributes[name] = value.Clone(nil)
					return
				}
			}
		}
	}, nil
}

// names reports whether ids or addresses of the internet, which one object has at a time,
// may stand in a value, wherever in it.
func names(value *snapshot.Node) bool {
	ip, err := netip.ParseAddr(value.Text())
	return strings.Contains(value.Text(), "-") || err == nil && !ip.IsPrivate() || slices.ContainsFunc(value.Items(), names)
}

// changed is the file of the estate after some objects were edited.
func (b *bench) changed(objects []snapshot.Object, edit editing) []byte {
	var edits []snapshot.Edit
	for _, o := range objects {
		fields, attributes := o.Node.Clone(nil).Fields(), o.Attr().Clone(nil).Fields()
		if len(attributes) == 0 {
			continue
		}
		edit(o, attributes)
		fields["attributes"] = snapshot.NewObject(attributes)
		edits = append(edits, snapshot.Edit{Object: o, Node: snapshot.NewObject(fields)})
	}
	return b.snapshot.Edited(edits...).Canonical()
}

package main

import (
	"context"
	"fmt"
	"time"

	"esaudit/audit"
	"esaudit/change"
	"esaudit/config"
	"esaudit/cut"
	"esaudit/diff"
	"esaudit/graph"
	"esaudit/snapshot"
)

// whole is how long a full audit of the estate takes, which is what the other
// questions stand beside.
func (b *bench) whole() time.Duration {
	if b.audited == 0 {
		b.audited = timed(func() {
			if _, err := audit.Run(context.Background(), b.snapshot, audit.Options{}); err != nil {
				panic(err)
			}
		})
	}
	return b.audited
}

const besideAudit = "a full audit; under 2s"

// assertions checks two assertions about every cluster.
func (b *bench) assertions() error {
	declared := config.Config{Assertions: []string{"never internet -> es:*", "only 10.0.0.0/8 -> es:*:9200"}}
	g := graph.Build(b.snapshot, declared)
	b.line("assertions: two of every cluster", timed(func() { g.Assertions() }), b.whole(), besideAudit)
	return nil
}

// cuts severs a host from a cluster it gets to.
func (b *bench) cuts() error {
	from, to, found := b.way()
	if !found {
		return fmt.Errorf("no host gets to any cluster")
	}
	var d cut.Document
	var err error
	took := timed(func() { d, err = cut.Find(context.Background(), b.graph, from, to) })
	b.line(fmt.Sprintf("cut: %d ways", len(d.Cuts)), took, b.whole(), besideAudit)
	return err
}

// way is a host and a cluster that it gets to.
func (b *bench) way() (from, to string, found bool) {
	for _, c := range b.graph.Clusters() {
		sources, err := b.graph.Sources("es:" + c.ID)
		if err != nil {
			continue
		}
		for _, o := range sources.Entries {
			if len(o.Hosts.Reachable) > 0 {
				return "ecs:" + o.Hosts.Reachable[0], fmt.Sprintf("es:%s:%d", c.ID, o.Port), true
			}
		}
	}
	return "", "", false
}

// differences compares the estate with one in which a cluster's public access
// is on, and asks what that edit would do.
func (b *bench) differences() error {
	c := b.graph.Clusters()[0]
	edit, err := change.Parse(change.Set, c.ID+".enablePublic=true")
	if err != nil {
		return err
	}
	edited, err := change.Apply(b.snapshot, edit)
	if err != nil {
		return err
	}
	other := graph.Build(edited, config.Config{})
	compared := timed(func() { diff.Compare(diff.Side{Graph: b.graph}, diff.Side{Graph: other}) })
	b.line("diff: reachability and settings", compared, b.whole(), besideAudit)
	var again *snapshot.Snapshot
	asked := timed(func() {
		again, err = change.Apply(b.snapshot, edit)
		diff.Compare(diff.Side{Graph: b.graph}, diff.Side{Graph: graph.Build(again, config.Config{})})
	})
	b.line("whatif: the same from the edit", asked, b.whole(), besideAudit)
	return err
}

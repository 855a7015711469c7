package main

import (
	"context"
	"fmt"
	"iter"
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

// cuts severs a host from a cluster it gets to: the one of several that has the
// most ways to be severed.
func (b *bench) cuts() error {
	var most time.Duration
	ways := 0
	asked := b.ways(5)
	if len(asked) == 0 {
		return fmt.Errorf("no host gets to any cluster")
	}
	for _, q := range asked {
		var d cut.Document
		var err error
		took := timed(func() { d, err = cut.Find(context.Background(), b.graph, q[0], q[1]) })
		if err != nil {
			return err
		}
		if took > most {
			most, ways = took, len(d.Cuts)
		}
	}
	b.line(fmt.Sprintf("cut: the slowest of %d, %d ways", len(asked), ways), most, b.whole(), besideAudit)
	return nil
}

// ways are hosts and clusters that they get to, each cluster once.
func (b *bench) ways(n int) [][2]string {
	var out [][2]string
	for _, c := range b.graph.Clusters() {
		sources, err := b.graph.Sources("es:" + c.ID)
		if err != nil || len(out) == n {
			continue
		}
		for _, o := range sources.Entries {
			if len(o.Hosts.Reachable) > 0 {
				out = append(out, [2]string{"ecs:" + o.Hosts.Reachable[0], fmt.Sprintf("es:%s:%d", c.ID, o.Port)})
				break
			}
		}
	}
	return out
}

// differences asks what an edit of a cluster would do, and compares the estate
// with one of which a hundredth of the clusters changed: who gets in, and with
// what rules say.
func (b *bench) differences() error {
	one, err := b.opened(1)
	if err != nil {
		return err
	}
	some, err := b.opened(max(1, b.clusters/100))
	if err != nil {
		return err
	}
	asked := []question{{"whatif", one, false}, {"diff of 1%", some, true}}
	for kind, text := range b.awkward() {
		edit, err := change.Parse(change.Set, text)
		if err != nil {
			return err
		}
		asked = append(asked, question{"whatif " + string(kind), []change.Edit{edit}, false})
	}
	for _, q := range asked {
		if err := b.differ(q, b.snapshot, b.graph); err != nil {
			return err
		}
	}
	endless, err := b.endless()
	if err != nil || endless == nil {
		return err
	}
	return b.differ(question{"whatif, a peering without its end", one, false}, endless, graph.Build(endless, config.Config{}))
}

// question is edits of an estate.
type question struct {
	name   string
	edits  []change.Edit
	parsed bool // from a file: it shares nothing
}

// differ measures what edits of an estate take to be compared with it.
func (b *bench) differ(q question, s *snapshot.Snapshot, g *graph.Graph) error {
	var edited *snapshot.Snapshot
	var err error
	took := timed(func() {
		edited, err = change.Apply(s, q.edits...)
		diff.Compare(diff.Side{Graph: g}, diff.Side{Graph: graph.Build(edited, config.Config{})})
	})
	if err != nil {
		return err
	}
	b.line(q.name+": edit, reach, settings", took, b.whole(), besideAudit)
	if q.parsed {
		if edited, err = snapshot.Parse(edited.Canonical()); err != nil {
			return err
		}
	}
	took = timed(func() {
		var old, new audit.Judged
		old, new, err = audit.Changed(context.Background(), s, edited, audit.Options{})
		diff.Compare(diff.Side{Graph: old.Graph, Findings: old.Findings}, diff.Side{Graph: new.Graph, Findings: new.Findings})
	})
	if err != nil {
		return err
	}
	b.line(q.name+": and findings", took, b.whole(), besideAudit)
	return nil
}

// endless is the estate with a peering that does not say what it leads to; nil where
// there is no peering.
func (b *bench) endless() (*snapshot.Snapshot, error) {
	peerings := b.snapshot.Accounts()[0].Objects(snapshot.VPCPeer)
	if len(peerings) == 0 {
		return nil, nil
	}
	end := peerings[len(peerings)/2].Attr("AcceptingVpc", "VpcId")
	broken, err := snapshot.New(b.snapshot.Root().Clone(func(n *snapshot.Node) *snapshot.Node {
		if n == end {
			return snapshot.NewString("")
		}
		return nil
	}))
	if err != nil {
		return nil, err
	}
	return snapshot.Parse(broken.Canonical())
}

// awkward are edits of what many clusters may have to do with, by what is edited.
func (b *bench) awkward() iter.Seq2[snapshot.Kind, string] {
	return func(yield func(snapshot.Kind, string) bool) {
		for _, x := range []struct {
			kind snapshot.Kind
			edit string
		}{{snapshot.SecurityGroup, "InnerAccessPolicy=Drop"}, {snapshot.VPCPeer, "Status=Inactive"}, {snapshot.NLB, "AddressType=Internet"}, {snapshot.RAMUser, "DisplayName=another"}} {
			list := b.snapshot.Accounts()[0].Objects(x.kind)
			if len(list) > 0 && !yield(x.kind, list[len(list)/2].ID+"."+x.edit) {
				return
			}
		}
	}
}

// opened are edits of the first clusters: their public access is turned the other
// way.
func (b *bench) opened(n int) ([]change.Edit, error) {
	var out []change.Edit
	for _, c := range b.graph.Clusters()[:n] {
		on, _ := c.Attr("enablePublic").Bool()
		edit, err := change.Parse(change.Set, fmt.Sprintf("%s.enablePublic=%t", c.ID, !on))
		if err != nil {
			return nil, err
		}
		out = append(out, edit)
	}
	return out, nil
}

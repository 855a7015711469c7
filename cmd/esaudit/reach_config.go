package main

import (
	"fmt"
	"strings"

	"esaudit/graph"
	"esaudit/ram"
	"esaudit/report/reach"
)

// askByConfig answers who could open a cluster by configuration. A port in the
// target changes nothing: what opens a cluster opens all of its ports.
func (f *reachFlags) askByConfig(g *graph.Graph) (reach.Document, error, error) {
	rest, ok := strings.CutPrefix(f.to, "es:")
	id, _, _ := strings.Cut(rest, ":")
	if !ok || id == "" {
		return nil, nil, fmt.Errorf("--by-config: %q is not es:ID", f.to)
	}
	c := g.Cluster(id)
	if c == nil {
		s, err := g.Sources(f.to)
		return reach.Sources{Sources: s}, f.lost(s.Lost, f.to), err
	}
	d := ram.NewDirectory(c.Account)
	r := ram.Resource{ARN: ram.Instance(c.Account.ID, c.Region, c.ID), Group: c.Attr("resourceGroupId").Text()}
	answer := reach.ByConfig{
		To: "es:" + id, Account: c.Account, Openers: d.Openers(r, ram.Request{Now: c.Account.TakenAt}), Unlisted: d.Unlisted(),
	}
	if answer.Lost() && !f.allowPartial {
		return answer, &ending{incomplete, fmt.Errorf("reach: not all of what answers who could open %s was read; --allow-partial accepts that", f.to)}, nil
	}
	return answer, nil, nil
}

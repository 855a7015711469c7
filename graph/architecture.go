package graph

import (
	"strings"
	"time"

	"esaudit/snapshot"
)

// The network architectures (SEMANTICS 6).
const (
	New         = "new"
	Original    = "original"
	Unsupported = "unsupported"
)

// Architecture is a cluster's network architecture and what says so.
type Architecture struct {
	Value   string // New, Original, Unsupported, or "" for unknown
	Because string
	At      *snapshot.Node
	Settle  []snapshot.Call // for an unknown one
}

// newSince is when clusters began to be made in the new architecture
// (SEMANTICS 6).
func newSince() time.Time { return time.Date(2020, 9, 30, 16, 0, 0, 0, time.UTC) }

// Architecture derives the network architecture in the order of SEMANTICS 6.
func (g *Graph) Architecture(c *Cluster) Architecture {
	created := c.Attr("createdAt")
	arch, service := c.Attr("archType"), c.Attr("serviceVpc")
	inService, _ := service.Bool()
	when, timeErr := time.Parse(time.RFC3339, created.Text())
	switch {
	case g.config.Architecture[c.ID] != "":
		return Architecture{Value: g.config.Architecture[c.ID], Because: "the configuration says so", At: c.Node}
	case strings.Contains(c.Region, "-finance") || strings.Contains(c.Region, "-gov-"):
		return Architecture{Value: Unsupported, Because: "private connections are not offered in " + c.Region, At: c.Node}
	case len(c.Aspect(snapshot.VPCEndpoints).Items()) > 0:
		return Architecture{Value: New, Because: "it has VPC endpoints", At: c.Aspect(snapshot.VPCEndpoints)}
	case arch.Text() == "public":
		return Architecture{Value: New, Because: "archType is public", At: arch}
	case inService:
		return Architecture{Value: New, Because: "serviceVpc is true", At: service}
	case timeErr == nil && !when.Before(newSince()):
		return Architecture{Value: New, Because: "it was made on " + when.UTC().Format(time.DateOnly), At: created}
	}
	for _, n := range []*snapshot.Node{arch, service} {
		if n.Contradicted() {
			return Architecture{Because: "answers contradict each other about " + n.Key(), At: n}
		}
	}
	need := append(c.net.need("elasticsearch", "DescribeInstance", c.ID), c.net.need("elasticsearch", "ListVpcEndpoints", c.ID)...)
	switch {
	case timeErr != nil:
		return Architecture{Because: "when it was made is not in what was read", At: c.nearest(created), Settle: need}
	case !mainland(c.Region):
		return Architecture{Because: "it was made on " + when.UTC().Format(time.DateOnly) + " outside mainland China", At: created, Settle: need}
	case need != nil:
		return Architecture{Because: "whether it has VPC endpoints, or its archType, was not read", At: c.Node, Settle: need}
	}
	return Architecture{Value: Original, Because: "it was made on " + when.UTC().Format(time.DateOnly) + " and has no VPC endpoint", At: created}
}

// mainland reports whether the date alone tells the architecture there.
func mainland(region string) bool {
	return strings.HasPrefix(region, "cn-") && region != "cn-hongkong" && region != "cn-zhangjiakou"
}

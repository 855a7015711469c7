package facts

import "esaudit/graph"

// gateways are the NAT gateways that forward to a cluster or a proxy of one.
func gateways(*graph.Graph, *scope) []Subject { return nil }

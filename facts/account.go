package facts

import "esaudit/graph"

// accounts are the accounts themselves.
func accounts(*graph.Graph) []Subject { return nil }

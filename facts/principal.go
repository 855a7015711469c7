package facts

import "esaudit/graph"

// principals are the RAM users, groups and roles.
func principals(*graph.Graph) []Subject { return nil }

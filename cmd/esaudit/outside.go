package main

import (
	"fmt"

	"esaudit/snapshot"
)

// outside tells of objects in an estate whose inner workings the model leaves
// out (docs/limits.md): no verdict is made of them, neither good nor bad.
func outside(s *snapshot.Snapshot) []string {
	var out []string
	for _, k := range []struct {
		kind snapshot.Kind
		noun string
		left string
	}{
		{snapshot.ALB, "ALB", "forwarding rules are not evaluated"},
		{snapshot.VPNGateway, "VPN gateway", "what is behind it is known as far as onprem declares it"},
		{snapshot.RouterInterface, "router interface", "what is behind it is known as far as onprem declares it"},
	} {
		n := 0
		for _, account := range s.Accounts() {
			n += len(account.Objects(k.kind))
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s: %s", n, plural(n, k.noun), k.left))
		}
	}
	return out
}

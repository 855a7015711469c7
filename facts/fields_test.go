package facts

import (
	"strings"
	"testing"
)

func TestCheckPath(t *testing.T) {
	for _, c := range []struct{ kind, path, want string }{
		{"elasticsearch", "switches.public.value", ""},
		{"elasticsearch", "switches..value", ""},
		{"elasticsearch", "switches.pubic.value", `there is no "pubic"; there are: public, kibana_public, kibana_private`},
		{"elasticsearch", "whitelists.PUBLIC_ES.entries..cidr", ""},
		{"elasticsearch", "whitelists.PUBLIC.cidrs", `no "PUBLIC"`},
		{"elasticsearch", "whitelists.PUBLIC_ES.entries.cidr", `a list has no "cidr"`},
		{"elasticsearch", "status.value", ""},
		{"elasticsearch", "stat", `there is no "stat"`},
		{"vpc", "switches", `there is no "switches"`},
		{"region", "lists..read", ""},
	} {
		err := CheckPath([]string{c.kind}, strings.Split(c.path, "."))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s of %s: %v, want %q", c.path, c.kind, err, c.want)
		}
	}
	for _, kind := range Kinds() {
		if typeOf(kind) == nil {
			t.Errorf("%s has no type of facts", kind)
		}
	}
}

package facts

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// docs/facts.md names every field a rule can see.
func TestEveryFieldIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/facts.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(of reflect.Type) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || seen[of] {
			return
		}
		seen[of] = true
		if strings.HasSuffix(of.PkgPath(), "/config") && of.Name() != "Config" {
			return
		}
		for field := range of.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name != "" && !strings.Contains(string(doc), "`"+name+"`") && !strings.Contains(string(doc), `"`+name+`"`) {
				t.Errorf("%v.%s: `%s` is not in docs/facts.md", of, field.Name, name)
			}
			visit(field.Type)
		}
	}
	for _, v := range []any{Document{}, ClusterFacts{}, BalancerFacts{}, EndpointFacts{}, RegionFacts{}, ServiceFacts{}, HostFacts{}, SwitchFacts{}, VPCFacts{}, GatewayFacts{}, PrincipalFacts{}, AccountFacts{}, ObjectFacts{}} {
		visit(reflect.TypeOf(v))
	}
	if len(seen) < 15 {
		t.Fatalf("only %d types visited", len(seen))
	}
}

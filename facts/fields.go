package facts

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// typeOf is the type of the facts of a kind of subject.
func typeOf(kind string) reflect.Type {
	return map[string]reflect.Type{
		"account": reflect.TypeFor[AccountFacts](), "clb": reflect.TypeFor[BalancerFacts](), "nlb": reflect.TypeFor[BalancerFacts](),
		"ecs": reflect.TypeFor[HostFacts](), "elasticsearch": reflect.TypeFor[ClusterFacts](), "endpoint": reflect.TypeFor[EndpointFacts](),
		"endpoint-service": reflect.TypeFor[ServiceFacts](), "nat": reflect.TypeFor[GatewayFacts](), "object": reflect.TypeFor[ObjectFacts](),
		"ram-group": reflect.TypeFor[PrincipalFacts](), "ram-role": reflect.TypeFor[PrincipalFacts](), "ram-user": reflect.TypeFor[PrincipalFacts](),
		"region": reflect.TypeFor[RegionFacts](), "vpc": reflect.TypeFor[VPCFacts](), "vswitch": reflect.TypeFor[SwitchFacts](),
	}[kind]
}

// CheckPath says whether facts of one of the kinds have a field at the end of a
// path below s.facts. "" in the path stands for what is not known before a rule
// runs: an index, a key. The error names the fields there are.
func CheckPath(kinds, path []string) error {
	var first error
	for _, kind := range kinds {
		err := follow(typeOf(kind), path)
		if err == nil {
			return nil
		}
		if first == nil {
			first = fmt.Errorf("no fact %s of %s: %w", strings.Join(path, "."), strings.Join(kinds, ", "), err)
		}
	}
	return first
}

func follow(t reflect.Type, path []string) error {
	keys := "" // of the map that t is, where they are fixed
	for _, step := range path {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() {
		case reflect.Struct:
			names := fieldsOf(t)
			next, there := names[step]
			switch {
			case step == "":
				return nil // some field: nobody knows which
			case !there:
				all := []string{}
				for name := range names {
					all = append(all, name)
				}
				slices.Sort(all)
				return fmt.Errorf("there is no %q; there are: %s", step, strings.Join(all, ", "))
			}
			t, keys = next.Type, next.Tag.Get("keys")
		case reflect.Slice, reflect.Map:
			if t.Kind() == reflect.Slice && step != "" {
				return fmt.Errorf("a list has no %q", step)
			}
			if fixed := strings.Split(keys, ","); keys != "" && step != "" && !slices.Contains(fixed, step) {
				return fmt.Errorf("there is no %q; there are: %s", step, strings.Join(fixed, ", "))
			}
			t, keys = t.Elem(), ""
		case reflect.Interface:
			return nil
		default:
			return fmt.Errorf("a value has no %q", step)
		}
	}
	return nil
}

// fieldsOf are the fields of a struct by the names that rules see, those of
// embedded structs included. A field that is a map may name its keys in a tag.
func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	out := map[string]reflect.StructField{}
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			for name, of := range fieldsOf(field.Type) {
				out[name] = of
			}
		case name != "" && name != "-":
			out[name] = field
		}
	}
	return out
}

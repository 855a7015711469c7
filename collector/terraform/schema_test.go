package terraform

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// schema is what the provider documents of its resources, with its source.
type schema struct {
	Source     string              `json:"source"`
	Commit     string              `json:"commit"`
	Attributes map[string][]string `json:"attributes"`
}

func documented(t testing.TB) schema {
	t.Helper()
	data, err := os.ReadFile("testdata/provider.json")
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// has reports whether a resource has an attribute: "a", or "a.b" of a nested
// block. The documentation of a few resources lists those of blocks without
// them.
func (s schema) has(kind, attribute string) bool {
	names := s.Attributes[kind]
	if slices.Contains(names, attribute) {
		return true
	}
	for name := range strings.SplitSeq(attribute, ".") {
		if !slices.ContainsFunc(names, func(n string) bool { return n == name || strings.HasSuffix(n, "."+name) }) {
			return false
		}
	}
	return true
}

// Every attribute that is read is one that the provider documents.
func TestAttributesAreDocumented(t *testing.T) {
	s := documented(t)
	if s.Source == "" || len(s.Commit) != 40 {
		t.Errorf("the schema does not say where it is from")
	}
	read := 0
	for kind, list := range mappings() {
		if s.Attributes[kind] == nil {
			t.Errorf("%s is no documented resource", kind)
		}
		for _, m := range list {
			names := append(slices.Clone(m.id), m.each, m.when[0])
			for _, x := range m.fields {
				names = append(names, x.from)
			}
			for _, name := range names {
				for alternative := range strings.SplitSeq(name, "|") {
					if alternative == "" || alternative == "." || strings.HasPrefix(alternative, "=") {
						continue
					}
					read++
					if !s.has(kind, alternative) {
						t.Errorf("%s: no attribute %s is documented", kind, alternative)
					}
				}
			}
		}
	}
	if read < 300 {
		t.Errorf("only %d attributes were looked at", read)
	}
	for kind := range s.Attributes {
		if mappings()[kind] == nil {
			t.Errorf("%s is documented and not read", kind)
		}
	}
}

func TestUndocumentedIsRefused(t *testing.T) {
	s := documented(t)
	for _, name := range []string{"enable_publik", "data_node_configuration.colour", "public_ip_whitelist"} {
		if s.has("alicloud_elasticsearch_instance", name) {
			t.Errorf("%s is taken for documented", name)
		}
	}
}

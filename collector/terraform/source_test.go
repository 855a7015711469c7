package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const mainTF = `# the search cluster
resource "alicloud_elasticsearch_instance" "main" {
  description   = "search"
  enable_public = true
  public_whitelist = [
    "203.0.113.7",
    "0.0.0.0/0",
  ]
  setting_config = {
    "action.auto_create_index" = "false"
    "http.cors.enabled"        = "true"
  }
}

module "net" {
  source = "./modules/net"
}

resource "alicloud_network_acl" "acl" {
  vpc_id = "vpc-1"
  ingress_acl_entries {
    policy = "drop"
  }
  ingress_acl_entries {
    policy = "accept"
  }
}
`

// planOfSources plans what the sources of these tests say; the VPC has an address
// within its module.
func planOfSources(t *testing.T, vpcAddress string) *Plan {
	p := newPlan(t).
		create("alicloud_elasticsearch_instance.main", values{
			"id": unknown, "description": "search", "enable_public": true, "public_whitelist": []string{"0.0.0.0/0", "203.0.113.7"},
			"setting_config": map[string]string{"action.auto_create_index": "false", "http.cors.enabled": "true"},
		}).plan()
	vpc := *p.planned["alicloud_elasticsearch_instance.main"]
	vpc.kind, vpc.address, vpc.block = "alicloud_vpc", vpcAddress, block{"net", "alicloud_vpc", "main"}
	vpc.values = readJSON(t, `{"cidr_block":"10.0.0.0/8"}`)
	p.planned[vpc.address] = &vpc
	return p
}

func TestPlaces(t *testing.T) {
	root := fstest.MapFS{
		"infra/main.tf":             {Data: []byte(mainTF)},
		"infra/broken.tf":           {Data: []byte("resource \"a\" {")},
		"infra/deep.tf":             {Data: []byte("locals { a = " + strings.Repeat("(", 100000) + " }")},
		"infra/modules/net/main.tf": {Data: []byte("\n\nresource \"alicloud_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/8\"\n}\nmodule \"up\" {\n  source = \"../../../../../etc\"\n}\nmodule \"me\" {\n  source = \"../net\"\n}\n")},
	}
	p := planOfSources(t, `module.net["a"].alicloud_vpc.main`)
	s, of, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	sources := ReadSources(root, "infra")
	es := "/accounts/0/objects/elasticsearch/cn-hangzhou/alicloud_elasticsearch_instance.main"
	for pointer, want := range map[string]Place{
		es:                                                        {"infra/main.tf", 2},
		es + "/attributes/description":                            {"infra/main.tf", 3},
		es + "/attributes/enablePublic":                           {"infra/main.tf", 4},
		es + "/attributes/publicIpWhitelist/0":                    {"infra/main.tf", 7},
		es + "/attributes/publicIpWhitelist/1":                    {"infra/main.tf", 6},
		es + "/attributes/publicIpWhitelist":                      {"infra/main.tf", 5},
		es + "/attributes/esConfig/http.cors.enabled":             {"infra/main.tf", 11},
		es + "/attributes/networkConfig":                          {"infra/main.tf", 2},
		es + "/attributes/networkConfig/whiteIpGroupList/0/ips/0": {"infra/main.tf", 7},
		`/accounts/0/objects/vpc/cn-hangzhou/module.net["a"].alicloud_vpc.main/attributes/CidrBlock`: {"infra/modules/net/main.tf", 4},
	} {
		if s.Root().Resolve(pointer) == nil {
			t.Errorf("%s names nothing", pointer)
		}
		if got, ok := sources.Place(of, pointer); !ok || got != want {
			t.Errorf("%s: %v, want %v", pointer, got, want)
		}
	}
	for _, pointer := range []string{"", "/", "/accounts/0/id", "/accounts/0/objects/clb/cn-hangzhou/lb-1", es[:len(es)-1]} {
		if got, ok := sources.Place(of, pointer); ok {
			t.Errorf("%q is at %v", pointer, got)
		}
	}
}

const mainJSON = `{
  "//": "generated",
  "resource": {
    "alicloud_elasticsearch_instance": {
      "main": {
        "description": "search",
        "enable_public": true,
        "public_whitelist": [
          "203.0.113.7",
          "0.0.0.0/0"
        ],
        "setting_config": {
          "action.auto_create_index": "false",
          "http.cors.enabled": "true"
        }
      }
    }
  },
  "module": [{"net": {"source": "./modules/net"}}]
}`

// The JSON syntax of the same configuration has the same places.
func TestPlacesInJSON(t *testing.T) {
	root := fstest.MapFS{
		"infra/main.tf.json":             {Data: []byte(mainJSON)},
		"infra/broken.tf.json":           {Data: []byte(`{"resource":`)},
		"infra/odd.tf.json":              {Data: []byte(`{"resource":[1,{"a":null},{"a":{"b":[2,{}]}}],"module":{"x":{"source":{}},"y":[]}}`)},
		"infra/list.tf.json":             {Data: []byte(`[]`)},
		"infra/modules/net/main.tf.json": {Data: []byte("{\"resource\": [\n{\"alicloud_vpc\": [\n{\"main\": [{\n\"cidr_block\": \"10.0.0.0/8\"}]}]}]}")},
	}
	p := planOfSources(t, `module.net.alicloud_vpc.main`)
	_, of, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	sources := ReadSources(root, "infra")
	es := "/accounts/0/objects/elasticsearch/cn-hangzhou/alicloud_elasticsearch_instance.main"
	for pointer, want := range map[string]Place{
		es:                                            {"infra/main.tf.json", 5},
		es + "/attributes/description":                {"infra/main.tf.json", 6},
		es + "/attributes/enablePublic":               {"infra/main.tf.json", 7},
		es + "/attributes/publicIpWhitelist/0":        {"infra/main.tf.json", 10},
		es + "/attributes/publicIpWhitelist/1":        {"infra/main.tf.json", 9},
		es + "/attributes/publicIpWhitelist":          {"infra/main.tf.json", 8},
		es + "/attributes/esConfig/http.cors.enabled": {"infra/main.tf.json", 14},
		`/accounts/0/objects/vpc/cn-hangzhou/module.net.alicloud_vpc.main/attributes/CidrBlock`: {"infra/modules/net/main.tf.json", 4},
	} {
		if got, ok := sources.Place(of, pointer); !ok || got != want {
			t.Errorf("%s: %v, want %v", pointer, got, want)
		}
	}
}

// lineIn is where an attribute of alicloud_network_acl.acl is written in sources.
func lineIn(t *testing.T, files fstest.MapFS, attribute, value string) (string, int) {
	t.Helper()
	s := ReadSources(files, ".")
	b := block{"", "alicloud_network_acl", "acl"}
	root := readJSON(t, `{"accounts":[{"id":"1","objects":{"network-acl":{"r":{"acl":{"attributes":{"x":"`+value+`"}}}}}}]}`)
	d := &draft{own: true, fields: map[path]leaf{pathOf("x"): {origin: Origin{"a", attribute, b}}}}
	of := &Origins{root, map[string]map[objectID]*draft{"1": {{"network-acl", "acl"}: d}}}
	p, _ := s.Place(of, "/accounts/0/objects/network-acl/r/acl/attributes/x")
	return p.File, p.Line
}

func TestOddSources(t *testing.T) {
	const head = "resource \"alicloud_network_acl\" \"acl\" {\n"
	const plain = head + "  vpc_id = \"vpc-1\"\n  description = <<-EOT\n    }\n  EOT\n  name = \"n\"\n}\n"
	const nested = head + "  entry {\n    port = 1\n  }\n  entry {\n    port = 22\n    deny = true\n  }\n}\n"
	const dynamic = head + "  entry {\n    port = 1\n  }\n  dynamic \"entry\" {\n    for_each = []\n    content {}\n  }\n}\n"
	one := func(name, text string) fstest.MapFS { return fstest.MapFS{name: {Data: []byte(text)}} }
	for name, x := range map[string]struct {
		files            fstest.MapFS
		attribute, value string
		file             string
		line             int
	}{
		"behind a heredoc":       {one("a.tf", plain), "name", "n", "a.tf", 6},
		"a heredoc":              {one("a.tf", plain), "description", "}", "a.tf", 3},
		"CRLF":                   {one("a.tf", strings.ReplaceAll(plain, "\n", "\r\n")), "name", "n", "a.tf", 6},
		"byte order mark":        {one("a.tf", "\ufeff"+plain), "name", "n", "a.tf", 6},
		"no such attribute":      {one("a.tf", plain), "other", "n", "a.tf", 1},
		"number in a block":      {one("a.tf", nested), "entry.port", "22", "a.tf", 6},
		"switch in a block":      {one("a.tf", nested), "entry.deny", "true", "a.tf", 7},
		"which block, who knows": {one("a.tf", nested), "entry.port", "33", "a.tf", 2},
		"static block":           {one("a.tf", dynamic), "entry.port", "1", "a.tf", 3},
		"dynamic block":          {one("a.tf", dynamic), "entry.port", "22", "a.tf", 5},
		"OpenTofu":               {one("a.tofu", plain), "name", "n", "a.tofu", 6},
		"OpenTofu's instead": {
			fstest.MapFS{"a.tf": {Data: []byte(plain)}, "a.tofu": {Data: []byte("\n" + plain)}}, "name", "n", "a.tofu", 7,
		},
		"override": {
			fstest.MapFS{"a.tf": {Data: []byte(plain)}, "override.tf": {Data: []byte(head + "\n  name = \"m\"\n}\n")}}, "name", "m", "override.tf", 3,
		},
		"another override": {
			fstest.MapFS{"a.tf": {Data: []byte(plain)}, "b_override.tf": {Data: []byte(head + "\n  name = \"m\"\n}\n")}}, "name", "m", "b_override.tf", 3,
		},
		"override with a dot": {
			fstest.MapFS{"a.tf": {Data: []byte(plain)}, "b.test_override.tf.json": {Data: []byte("{\"resource\":{\"alicloud_network_acl\":{\"acl\":{\n\"name\":\"m\"}}}}")}}, "name", "m", "b.test_override.tf.json", 2,
		},
		"not overridden": {
			fstest.MapFS{"z.tf": {Data: []byte(plain)}, "override.tf": {Data: []byte(head + "\n  name = \"m\"\n}\n")}}, "vpc_id", "vpc-1", "z.tf", 2,
		},
		"dynamic in JSON": {
			one("a.tf.json", "{\"resource\":{\"alicloud_network_acl\":{\"acl\":{\n\"dynamic\":\n{\"entry\":{\"for_each\":[]}}}}}}"), "entry.port", "1", "a.tf.json", 3,
		},
		"blocks in JSON": {
			one("a.tf.json", "{\"resource\":{\"alicloud_network_acl\":{\"acl\":{\"entry\":[\n{\"port\":1},\n{\"port\":22}]}}}}"), "entry.port", "22", "a.tf.json", 3,
		},
		"a directory":  {fstest.MapFS{"a.tf/x": {Data: []byte(plain)}}, "name", "n", "", 0},
		"too large":    {one("a.tf", plain+strings.Repeat("#", maxSource)), "name", "n", "", 0},
		"not parsable": {one("a.tf", plain+"}"), "name", "n", "", 0},
	} {
		if file, line := lineIn(t, x.files, x.attribute, x.value); file != x.file || line != x.line {
			t.Errorf("%s: %s:%d, want %s:%d", name, file, line, x.file, x.line)
		}
	}
}

// Modules that call each other end.
func TestModulesInCircles(t *testing.T) {
	var text strings.Builder
	for i := range 30 {
		fmt.Fprintf(&text, "module \"m%d\" {\n  source = \"./a/..\"\n}\n", i)
	}
	s := ReadSources(fstest.MapFS{"main.tf": {Data: []byte(text.String() + mainTF)}, "a/b": {}}, ".")
	if s.Empty() || s.read > 30*maxDirectories {
		t.Errorf("%d directories were read", s.read)
	}
}

// What a link leads to outside of the tree is not read.
func TestSourcesOutside(t *testing.T) {
	dir, secret := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{filepath.Join(secret, "a.tf"): mainTF, filepath.Join(dir, "empty.tf"): ""} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"a.tf": filepath.Join(secret, "a.tf"), "self.tf": "self.tf", "modules": secret} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, at := range []string{".", "modules", "missing", ".."} {
		if !ReadSources(root.FS(), at).Empty() {
			t.Errorf("%s leads outside", at)
		}
	}
}

func FuzzSources(f *testing.F) {
	f.Add(mainJSON, true)
	f.Add(mainTF, false)
	f.Fuzz(func(t *testing.T, text string, isJSON bool) {
		name := "main.tf"
		if isJSON {
			name += ".json"
		}
		s := ReadSources(fstest.MapFS{name: {Data: []byte(text)}}, ".")
		for _, list := range s.blocks {
			w := list[0]
			for _, names := range [][]string{{""}, {"setting_config", "http.cors.enabled"}, {"public_whitelist", "0"}, {"ingress_acl_entries", "policy"}} {
				if line := w.body.lineOf(names, "accept", w.line); line < 1 || line > strings.Count(text, "\n")+1 {
					t.Fatalf("%v is at line %d", names, line)
				}
			}
		}
	})
}

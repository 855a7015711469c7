package terraform

import (
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

func FuzzSources(f *testing.F) {
	f.Add(mainJSON, true)
	f.Add(mainTF, false)
	f.Fuzz(func(t *testing.T, text string, isJSON bool) {
		name := "main.tf"
		if isJSON {
			name += ".json"
		}
		s := ReadSources(fstest.MapFS{name: {Data: []byte(text)}}, ".")
		for _, w := range s.blocks {
			for _, names := range [][]string{{""}, {"setting_config", "http.cors.enabled"}, {"public_whitelist", "0"}, {"ingress_acl_entries", "policy"}} {
				if line := w.body.lineOf(names, "accept", w.line); line < 1 || line > strings.Count(text, "\n")+1 {
					t.Fatalf("%v is at line %d", names, line)
				}
			}
		}
	})
}

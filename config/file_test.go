package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// flags stands for those of the command line.
func flags() []string { return []string{"fail-on", "report", "strict"} }

// everything uses every declaration of CONTRACT 1, and three flags.
const everything = `# what we know about our estate
architecture: {es-cn-1: new, es-cn-2: unsupported}
proxies:  [{ecs: i-1, listen: 9200, cluster: es-cn-1, port: 9200}]
onprem:   [{name: office, cidrs: [192.168.0.0/16], vpcs: [vpc-1], trusted: false}]
clients:
  - {name: backend, ecs: i-2, cluster: es-cn-1, port: 9200}
  - {name: office, cidrs: [203.0.113.0/24, "2001:db8::1"], cluster: es-cn-1, port: 9200, self: true}
partners: ["1234567890123456", 6543210987654321]
admins:   [ops, breakglass-role]
public_ranges: [198.51.100.0/24]
non_es_backends: [sgp-1]
assertions: ["never internet -> es:*", "only vpc-1, 10.0.0.0/8 -> es:es-cn-1:9200", "must es:es-cn-1 -> ldap.corp.example:636"]
whitelist_templates: [{name: office, list: PUBLIC_ES, ips: [203.0.113.0/28, "2001:db8::1"], clusters: [es-cn-1]}]
fail-on: medium
report: [json=a.json, sarif=b.sarif]
strict: true
`

func TestParseEverything(t *testing.T) {
	t.Parallel()
	got, err := Parse([]byte(everything), flags())
	if err != nil {
		t.Fatal(err)
	}
	want := File{
		Declarations: Config{
			Architecture: map[string]string{"es-cn-1": "new", "es-cn-2": "unsupported"},
			Proxies:      []Proxy{{ECS: "i-1", Listen: 9200, Cluster: "es-cn-1", Port: 9200}},
			OnPrem:       []OnPrem{{Name: "office", CIDRs: []string{"192.168.0.0/16"}, VPCs: []string{"vpc-1"}}},
			Clients: []Client{
				{Name: "backend", ECS: "i-2", Cluster: "es-cn-1", Port: 9200},
				{Name: "office", CIDRs: []string{"203.0.113.0/24", "2001:db8::1"}, Cluster: "es-cn-1", Port: 9200, Self: true},
			},
			Partners:      []string{"1234567890123456", "6543210987654321"},
			Admins:        []string{"ops", "breakglass-role"},
			PublicRanges:  []string{"198.51.100.0/24"},
			NonESBackends: []string{"sgp-1"},
			Assertions: []string{
				"never internet -> es:*", "only vpc-1, 10.0.0.0/8 -> es:es-cn-1:9200", "must es:es-cn-1 -> ldap.corp.example:636",
			},
			WhitelistTemplates: []WhitelistTemplate{
				{Name: "office", List: "PUBLIC_ES", IPs: []string{"203.0.113.0/28", "2001:db8::1"}, Clusters: []string{"es-cn-1"}},
			},
		},
		Settings: map[string]Setting{
			"fail-on": {Values: []string{"medium"}, Line: 14},
			"report":  {Values: []string{"json=a.json", "sarif=b.sarif"}, List: true, Line: 15},
			"strict":  {Values: []string{"true"}, Line: 16},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestParseNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "---\n", "# only a comment\n", "null\n"} {
		if got, err := Parse([]byte(text), flags()); err != nil || len(got.Settings) > 0 || !cmp.Equal(got.Declarations, Config{}) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const proxy = "proxies: [{ecs: i-1, listen: 9200, cluster: es-cn-1, port: 9200}]"
	const office = "onprem: [{name: office, cidrs: [10.0.0.0/8], vpcs: [vpc-1]}]\n"
	tests := []struct{ text, want string }{
		{"fail_on: high", `line 1: unknown key "fail_on" (a declaration: architecture, proxies, onprem, clients, partners, admins, public_ranges, non_es_backends, assertions, whitelist_templates, parameters; or a flag: fail-on, report, strict)`},
		{"\n\nproxies:\n- ecs: i-1\n  lissten: 9200", `line 5: unknown key "lissten" (one of ecs, listen, cluster, port)`},
		{"fail-on: high\nfail-on: low", `line 2: "fail-on" stands twice (first on line 1)`},
		{"clients: [{name: a,\n name: b}]", `line 2: "name" stands twice (first on line 1)`},
		{"- fail-on", "line 1: not a map of keys and values"},
		{"fail-on: high\n---\nfail-on: low", "line 2: a second document; keep everything in one"},
		{"admins: &a [ops]", "line 1: anchors, aliases and tags are not read here; write the value out"},
		{"admins: [ops]\n<<: {}", "line 2: anchors, aliases and tags are not read here; write the value out"},
		{"admins: !!seq [ops]", "line 1: anchors, aliases and tags are not read here; write the value out"},
		{"fail-on: {a: b}", "line 1: fail-on: neither a single value nor a list of them"},
		{"fail-on:", "line 1: fail-on: neither a single value nor a list of them"},
		{"admins: ops", "line 1: not a list"},
		{"admins: [ops,\n ]\npartners:\n- 1\n-", "line 5: an empty item"},
		{"admins: [[ops]]", "line 1: not a single value"},
		{"architecture: new", "line 1: not a map of keys and values"},
		{"proxies: [9200]", "line 1: not a map of keys and values"},
		{"admins: [", "line 1: did not find expected node content"},
		{"architecture:\n  es-cn-1: old", `line 2: architecture.es-cn-1: no architecture: "old" (one of new, original, unsupported)`},
		{strings.Replace(proxy, "i-1", "''", 1), "line 1: proxies[0].ecs: missing"},
		{strings.Replace(proxy, "listen: 9200", "listen: x", 1), `line 1: "x" is no whole number`},
		{strings.Replace(proxy, "listen: 9200", "listen: 0", 1), "line 1: proxies[0].listen: 0 is no port (1 to 65535)"},
		{strings.Replace(proxy, "port: 9200", "port: 65536", 1), "line 1: proxies[0].port: 65536 is no port (1 to 65535)"},
		{strings.Replace(proxy, "cluster: es-cn-1, ", "", 1), "line 1: proxies[0].cluster: missing"},
		{"onprem: [{cidrs: [10.0.0.0/8], vpcs: [vpc-1]}]", "line 1: onprem[0].name: missing"},
		{"onprem: [{name: a, vpcs: [vpc-1]}]", "line 1: onprem[0].cidrs: missing"},
		{"onprem: [{name: a, cidrs: [10.0.0.0/8]}]", "line 1: onprem[0].vpcs: missing"},
		{"onprem: [{name: a, cidrs: [10.0.0.0/8], vpcs: [' ']}]", "line 1: onprem[0].vpcs[0]: empty"},
		{"onprem:\n- name: a\n  vpcs: [vpc-1]\n  cidrs:\n  - 10.0.0.0/8\n  - 10.0.0.0/33", `line 6: onprem[0].cidrs[1]: "10.0.0.0/33" is neither an address nor a CIDR (10.0.0.0/8, 2001:db8::/32)`},
		{office + "clients: [{name: a, cluster: c, ecs: i-1, port: 1, self: maybe}]", `line 2: "maybe" is neither true nor false`},
		{"onprem:\n- {name: a, cidrs: [10.0.0.0/8], vpcs: [v]}\n- {name: a, cidrs: [10.0.0.0/8], vpcs: [v]}", `line 3: onprem[1].name: "a" stands twice`},
		{"clients: [{ecs: i-1, cluster: c, port: 1}]", "line 1: clients[0].name: missing"},
		{"clients: [{name: a, ecs: i-1, port: 1}]", "line 1: clients[0].cluster: missing"},
		{"clients: [{name: a, cluster: c, port: 1}]", "line 1: clients[0].ecs: missing: a client is an ecs or some cidrs"},
		{"clients: [{name: a, cluster: c, port: 1, ecs: i-1, cidrs: [10.0.0.1]}]", "line 1: clients[0].cidrs: a client is either an ecs or some cidrs; declare two clients"},
		{"clients: [{name: a, cluster: c, port: 1, cidrs: [fe80::1%eth0]}]", `line 1: clients[0].cidrs[0]: "fe80::1%eth0" is neither an address nor a CIDR (10.0.0.0/8, 2001:db8::/32)`},
		{"clients: [{name: a, cluster: c, ecs: i-1}]", "line 1: clients[0].port: 0 is no port (1 to 65535)"},
		{"partners:\n- 1\n- acs:ram", `line 3: partners[1]: "acs:ram" is no account id (digits only)`},
		{"admins: [ops, '']", "line 1: admins[1]: empty"},
		{"public_ranges: [office]", `line 1: public_ranges[0]: "office" is neither an address nor a CIDR (10.0.0.0/8, 2001:db8::/32)`},
		{"non_es_backends: ['']", "line 1: non_es_backends[0]: empty"},
		{"whitelist_templates: [{list: PUBLIC_ES, ips: [10.0.0.1], clusters: [a]}]", "line 1: whitelist_templates[0].name: missing"},
		{"whitelist_templates: [{name: a, ips: [10.0.0.1], clusters: [a]}]", `line 1: whitelist_templates[0].list: no list of a template: "" (PRIVATE_ES or PUBLIC_ES)`},
		{"whitelist_templates: [{name: a, list: PUBLIC_KIBANA, ips: [10.0.0.1], clusters: [a]}]", `line 1: whitelist_templates[0].list: no list of a template: "PUBLIC_KIBANA" (PRIVATE_ES or PUBLIC_ES)`},
		{"whitelist_templates: [{name: a, list: PUBLIC_ES, clusters: [a]}]", "line 1: whitelist_templates[0].ips: missing"},
		{"whitelist_templates: [{name: a, list: PUBLIC_ES, ips: [10.0.0.1]}]", "line 1: whitelist_templates[0].clusters: missing"},
		{"whitelist_templates: [{name: a, list: PUBLIC_ES, ips: [10.0.0.1, office], clusters: [a]}]", `line 1: whitelist_templates[0].ips[1]: "office" is neither an address nor a CIDR (10.0.0.0/8, 2001:db8::/32)`},
		{"whitelist_templates: [{name: a, list: PUBLIC_ES, ips: [10.0.0.1], clusters: ['']}]", "line 1: whitelist_templates[0].clusters[0]: empty"},
		{"assertions: [never internet]", `line 1: assertions[0]: "never internet" has no arrow (never internet -> es:*)`},
		{"assertions: ['no internet -> es:*']", `line 1: assertions[0]: "no internet -> es:*" begins with "no" (one of never, only, must)`},
		{"assertions: ['never mars -> es:*']", `line 1: assertions[0]: no source: "mars" (internet, a CIDR, a VPC id, ecs:ID, onprem:NAME, or for must es:ID)`},
		{"assertions: ['never internet, -> es:*']", `line 1: assertions[0]: no source: "" (internet, a CIDR, a VPC id, ecs:ID, onprem:NAME, or for must es:ID)`},
		{"assertions: ['never es:a -> es:*']", `line 1: assertions[0]: source "es:a": a cluster is a source of must only`},
		{office + "assertions: ['never onprem:office, onprem:home -> es:*']", `line 2: assertions[0]: source "onprem:home": no such network under onprem`},
		{"assertions: ['never internet -> es:']", `line 1: assertions[0]: no target: "es:" (es:ID, es:ID:PORT, es:*, the same with kibana:, or HOST:PORT)`},
		{"assertions: ['never internet -> kibana:*:70000']", `line 1: assertions[0]: no target: "kibana:*:70000" (es:ID, es:ID:PORT, es:*, the same with kibana:, or HOST:PORT)`},
		{"assertions: ['must es:a -> ldap.example']", `line 1: assertions[0]: no target: "ldap.example" (es:ID, es:ID:PORT, es:*, the same with kibana:, or HOST:PORT)`},
		{strings.Repeat(" ", maxSize+1), "larger than 1048576 bytes"},
	}
	for _, tt := range tests {
		if _, err := Parse([]byte(tt.text), flags()); err == nil || err.Error() != tt.want {
			t.Errorf("%.80q:\n got %v\nwant %s", tt.text, err, tt.want)
		}
	}
}

// TestParseOrder: the order of the keys of a file means nothing, and lines put
// in front move the line of an error by as many.
func TestParseOrder(t *testing.T) {
	t.Parallel()
	whole, err := Parse([]byte(everything), flags())
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?m)^[a-z]`).FindAllStringIndex(everything, -1)
	rapid.Check(t, func(t *rapid.T) {
		var parts []string
		for i, b := range blocks {
			end := len(everything)
			if i+1 < len(blocks) {
				end = blocks[i+1][0]
			}
			parts = append(parts, everything[b[0]:end])
		}
		shuffled := strings.Join(rapid.Permutation(parts).Draw(t, "order"), "")
		got, err := Parse([]byte(shuffled), flags())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(whole.Declarations, got.Declarations); diff != "" {
			t.Fatalf("-whole +shuffled\n%s", diff)
		}
		lines := strings.Count(shuffled, "\n")
		n := rapid.IntRange(0, 9).Draw(t, "comments")
		_, err = Parse([]byte(shuffled+strings.Repeat("# more\n", n)+"wrong: 1\n"), flags())
		if want := fmt.Sprintf("line %d: unknown key", lines+n+1); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Fatalf("%v, want %s", err, want)
		}
	})
}

// FuzzParse: whatever a file holds, the answer is a configuration that reads
// the same once it is written again, or an error of one line that names a line
// that exists.
func FuzzParse(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte("- - - - -\n? a\n: [b, {c: *d}]\n"))
	f.Add([]byte("fail-on: >\n  high\nstrict: |\n true"))
	atLine := regexp.MustCompile(`^line (\d+): `)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Parse(data, flags())
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Fatalf("an error of more than one plain line: %q", err)
			}
			if m := atLine.FindStringSubmatch(err.Error()); m != nil {
				if n, _ := strconv.Atoi(m[1]); n < 1 || n > strings.Count(string(data), "\n")+strings.Count(string(data), "\r")+2 {
					t.Fatalf("no such line: %v", err)
				}
			}
			return
		}
		again, err := yaml.Marshal(got.Declarations)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := Parse(again, flags())
		if err != nil {
			t.Fatalf("%v in\n%s", err, again)
		}
		if !cmp.Equal(got.Declarations, twice.Declarations, cmpopts.EquateEmpty()) {
			t.Fatalf("-first +second\n%s", cmp.Diff(got.Declarations, twice.Declarations))
		}
	})
}

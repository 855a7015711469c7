package cloud

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
)

// typed is a request of the SDK's typed packages, as its source says it.
type typed struct {
	code, version, path, method string
	position                    map[string]string // parameter -> Query, Body, Path
}

// sdkSource returns the directory of the SDK's typed packages.
func sdkSource(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aliyun/alibaba-cloud-sdk-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "services")
}

var (
	apiInfo   = regexp.MustCompile(`InitWithApiInfo\("([^"]*)", "([^"]*)", "([^"]*)"(?:, "(/[^"]*)")?`)
	method    = regexp.MustCompile(`request\.Method = requests\.(\w+)`)
	position  = regexp.MustCompile(`position:"(\w+)" name:"(\w+)"`)
	fieldList = regexp.MustCompile(`(?s)type \w+Request struct \{(.*?)\n\}`)
	mapped    = regexp.MustCompile(`"([^"]+)":\s+"([^"]+)",`)
	kind      = regexp.MustCompile(`EndpointType = "(\w+)"`)
)

// typedRequests reads a typed package, by operation.
func typedRequests(t *testing.T, dir string) map[string]typed {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", dir, err)
	}
	all := map[string]typed{}
	for _, name := range files {
		source := readFile(t, name)
		at := strings.Index(source, "InitWithApiInfo(")
		if at < 0 {
			continue
		}
		info, fields := apiInfo.FindStringSubmatch(source[at:]), fieldList.FindStringSubmatch(source)
		if info == nil || fields == nil {
			continue
		}
		r := typed{code: info[1], version: info[2], path: info[4], method: method.FindStringSubmatch(source)[1], position: map[string]string{}}
		for _, field := range position.FindAllStringSubmatch(fields[1], -1) {
			r.position[field[2]] = field[1]
		}
		all[info[3]] = r
	}
	return all
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every operation that the collector reads is sent the way the SDK's typed
// request of it is: product, version, method, path, and where each parameter
// goes.
func TestShapes(t *testing.T) {
	services := sdkSource(t)
	packages := map[string]map[string]typed{}
	unknown := []string{}
	for _, op := range collector.Catalogue() {
		if packages[op.Product] == nil {
			packages[op.Product] = typedRequests(t, filepath.Join(services, op.Product))
		}
		name := op.Product + "." + op.Operation
		if !reads(op.Operation) {
			t.Errorf("%s would be refused as a write", name)
		}
		want, there := packages[op.Product][op.Operation]
		params := map[string]string{"InstanceId": "x"}
		for param := range want.position {
			if !reserved(param) {
				params[param] = "x"
			}
		}
		m, err := newMessage(products(), op.Product, op.Operation, "cn-hangzhou", params)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.product.global != op.Global {
			t.Errorf("%s: global is %v", name, m.product.global)
		}
		if !there {
			unknown = append(unknown, name)
			continue
		}
		if m.method != "GET" {
			t.Errorf("%s is sent with %s", name, m.method)
		}
		sameShape(t, name, m, want)
	}
	slices.Sort(unknown)
	if want := []string{"ecs.DescribePortRangeListEntries", "ecs.DescribePortRangeLists", "elasticsearch.GetKeystores", "elasticsearch.ListUserPlugin"}; !slices.Equal(unknown, want) {
		t.Errorf("the SDK lacks %v, not %v", unknown, want)
	}
}

func sameShape(t *testing.T, name string, m message, want typed) {
	t.Helper()
	how := "POST"
	if m.product.roa {
		how = m.method
	}
	if m.product.code != want.code || m.product.version != want.version || m.path != want.path || how != want.method {
		t.Errorf("%s: %s %s %s %s, not %+v", name, m.product.code, m.product.version, how, m.path, want)
	}
	for param, where := range want.position {
		got := map[string]map[string]string{"Query": m.query, "Body": m.form, "Path": m.inPath}[where]
		if got[param] != "x" && !reserved(param) {
			t.Errorf("%s: parameter %s is not in %s", name, param, where)
		}
	}
}

// Every product is where the SDK's typed client looks for it, in every region
// that the SDK knows by name and in those it does not. STS is asked at its
// central host: it knows no regions, and none is needed to ask it.
func TestHosts(t *testing.T) {
	services := sdkSource(t)
	for _, p := range products() {
		source := readFile(t, filepath.Join(services, p.key, "endpoint.go"))
		want := map[string]string{}
		for _, pair := range mapped.FindAllStringSubmatch(source, -1) {
			want[pair[1]] = pair[2]
		}
		central := kind.FindStringSubmatch(source)[1] == "central"
		if p.key == "sts" {
			central, want = true, nil
		}
		regions := append(slices.Collect(maps.Keys(want)), "cn-hangzhou", "cn-chengdu", "eu-central-1", "ap-southeast-3")
		for _, region := range regions {
			host, named, err := p.host(region)
			expect := want[region]
			switch {
			case central:
				expect = p.key + ".aliyuncs.com"
			case expect == "":
				expect = p.key + "." + region + ".aliyuncs.com"
			}
			if err != nil || host != expect || !p.global && named != region {
				t.Errorf("%s in %s: %s (%s), %v; the SDK asks %s", p.key, region, host, named, err, expect)
			}
		}
	}
}

package cli_test

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/cli"
	"esaudit/collector/recording"
	"esaudit/internal/demo"
)

// directory writes a recording as the vendor's command line would.
func directory(t *testing.T, p recording.Part) fstest.MapFS {
	t.Helper()
	dir := fstest.MapFS{"taken-at": {Data: []byte(p.TakenAt.Format("2006-01-02T15:04:05Z07:00"))}}
	pages := map[string]int{}
	known := map[string]bool{}
	for _, op := range collector.Catalogue() {
		known[op.Product+"."+op.Operation] = true
	}
	for _, a := range p.Answers {
		if !known[a.Product+"."+a.Operation] {
			continue
		}
		name := name(a)
		pages[name]++
		if pages[name] > 1 {
			name = fmt.Sprintf("%s@%d", name, pages[name])
		}
		if a.Status == 200 {
			dir[name+".json"] = &fstest.MapFile{Data: a.Body}
			continue
		}
		var code string
		if _, rest, ok := strings.Cut(string(a.Body), `"Code":"`); ok {
			code, _, _ = strings.Cut(rest, `"`)
		}
		dir[name+".error"] = &fstest.MapFile{Data: []byte("ERROR: SDK.ServerError\nErrorCode: " + code + "\nRecommend:\nRequestId: x\n")}
	}
	return dir
}

func name(a api.Answer) string {
	region := a.Region
	if region == "" {
		region = "global"
	}
	name := region + "/" + a.Product + "/" + a.Operation
	if len(a.Params) > 0 {
		values := url.Values{}
		for k, v := range a.Params {
			values.Set(k, v)
		}
		name += "-" + values.Encode()
	}
	return name
}

// The answers of the command line give the snapshot that a recording of the same
// answers gives, byte for byte.
func TestSameAsRecording(t *testing.T) {
	want, err := recording.OpenFS(demo.FS())
	if err != nil {
		t.Fatal(err)
	}
	got, err := cli.Open(directory(t, want.Parts[0]))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := canonical(t, got.Parts), canonical(t, want.Parts[:1]); !bytes.Equal(a, b) {
		t.Errorf("another snapshot: %d bytes, want %d\n%s", len(a), len(b), firstDifference(a, b))
	}
}

func canonical(t *testing.T, parts []recording.Part) []byte {
	t.Helper()
	s, err := collector.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	return s.Canonical()
}

func firstDifference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d: %q, want %q", i+1, x[i], y[i])
		}
	}
	return ""
}

func TestNames(t *testing.T) {
	base := func() fstest.MapFS {
		return fstest.MapFS{
			"taken-at":                          {Data: []byte("Sun, 22 Nov 2026 00:00:00 GMT\n")},
			"global/sts/GetCallerIdentity.json": {Data: []byte(`{"AccountId":"1234567890123456"}`)},
		}
	}
	for file, want := range map[string]string{
		"cn-hangzhou/slb/DescribeBalancers.json":                                    "no operation DescribeBalancers",
		"cn-hangzhou/clb/DescribeLoadBalancers.json":                                "products: ",
		"cn-hangzhou/ram/ListUsers.json":                                            "no regions",
		"global/slb/DescribeLoadBalancers.json":                                     "has regions",
		"cn-hangzhou/slb/DescribeLoadBalancers@x.json":                              "no number of a page",
		"cn-hangzhou/slb/DescribeLoadBalancers.txt":                                 "neither .json nor .error",
		"cn-hangzhou/deep/slb/DescribeLoadBalancers.json":                           "not REGION/PRODUCT",
		"global/ram/GetPolicy-ops.json":                                             "NAME=VALUE",
		"cn-hangzhou/elasticsearch/DescribeInstance-InstanceId=%zz.json":            "invalid URL escape",
		"cn-hangzhou/elasticsearch/DescribeInstance-InstanceId=a&InstanceId=b.json": "twice",
	} {
		dir := base()
		dir[file] = &fstest.MapFile{Data: []byte("{}")}
		if _, err := cli.Open(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", file, err, want)
		}
	}
	for _, missing := range []string{"taken-at", "global/sts/GetCallerIdentity.json"} {
		dir := base()
		delete(dir, missing)
		if _, err := cli.Open(dir); err == nil || !strings.Contains(err.Error(), missing+" is missing") {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}

// The short form of a name, and what a command says instead of an answer.
func TestShortNameAndRefusal(t *testing.T) {
	dir := fstest.MapFS{
		"taken-at":                          {Data: []byte("2026-11-22T08:00:00+08:00")},
		"global/sts/GetCallerIdentity.json": {Data: []byte(`{"AccountId":"1234567890123456"}`)},
		"cn-hangzhou/elasticsearch/DescribeInstance-es-cn-1.json": {Data: []byte(`{"Result":{"instanceId":"es-cn-1","password":"hunter2"}}`)},
		"cn-hangzhou/nlb/ListListeners.error":                     {Data: []byte("ERROR: SDK.ServerError\nErrorCode: Forbidden.RAM\n")},
	}
	r, err := cli.Open(fs.FS(dir))
	if err != nil {
		t.Fatal(err)
	}
	p := r.Parts[0]
	if got := p.TakenAt.String(); got != "2026-11-22 00:00:00 +0000 UTC" || p.Account != "1234567890123456" {
		t.Fatalf("%s %s", got, p.Account)
	}
	p.Answers = slices.DeleteFunc(p.Answers, func(a api.Answer) bool { return a.Status == -1 || a.Product == "sts" })
	slices.SortFunc(p.Answers, func(a, b api.Answer) int { return cmp.Compare(a.Product, b.Product) })
	if len(p.Answers) != 2 {
		t.Fatalf("%d answers", len(p.Answers))
	}
	if a := p.Answers[0]; a.Params["InstanceId"] != "es-cn-1" || strings.Contains(string(a.Body), "hunter2") {
		t.Errorf("%v %s", a.Params, a.Body)
	}
	if a := p.Answers[1]; a.Status != 403 || !strings.Contains(string(a.Body), "Forbidden.RAM") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

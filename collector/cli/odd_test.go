package cli_test

import (
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/cli"
	"esaudit/collector/recording"
	"esaudit/internal/demo"
	"esaudit/snapshot"
)

func wide(data []byte) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + string(data))) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// demonstration is a directory of answers that is in order, and its snapshot.
func demonstration(t *testing.T) (fstest.MapFS, []byte) {
	t.Helper()
	r, err := recording.OpenFS(demo.FS())
	if err != nil {
		t.Fatal(err)
	}
	return directory(t, r.Parts[0]), canonical(t, r.Parts[:1])
}

// What is odd about a file is said of the call that it answers, by the file's
// name; nothing of it counts as read.
func TestOddFiles(t *testing.T) {
	const list, file = "vpc.DescribeVpcs", "cn-hangzhou/vpc/DescribeVpcs.json"
	const rules = "cn-hangzhou/nlb/ListSecurityPolicy"
	put := func(name, text string) func(fstest.MapFS) {
		return func(dir fstest.MapFS) { dir[name] = &fstest.MapFile{Data: []byte(text)} }
	}
	for name, x := range map[string]struct {
		edit  func(fstest.MapFS)
		call  string
		state snapshot.State
		code  string
	}{
		"missing":            {func(d fstest.MapFS) { delete(d, file) }, list, snapshot.Skipped, file + " is missing"},
		"empty":              {put(file, ""), list, snapshot.Failed, file + " is no whole JSON document"},
		"truncated":          {func(d fstest.MapFS) { d[file].Data = d[file].Data[:len(d[file].Data)/2] }, list, snapshot.Failed, file + " is no whole JSON document"},
		"two documents":      {func(d fstest.MapFS) { d[file].Data = append(d[file].Data, d[file].Data...) }, list, snapshot.Failed, file + " is no whole JSON document"},
		"a list":             {put(file, "[]"), list, snapshot.Failed, "the body is no JSON object with content"},
		"of another call":    {put(file, `{"RequestId":"x","Users":{"User":[]}}`), list, snapshot.Failed, "field Vpcs"},
		"what it said":       {put(file, "ERROR: SDK.ServerError\nErrorCode: Forbidden.RAM\n"), list, snapshot.Denied, "Forbidden.RAM"},
		"what it said, wide": {put(file, string(wide([]byte("ERROR: SDK.ServerError\r\nErrorCode: Forbidden.RAM\r\n")))), list, snapshot.Denied, "Forbidden.RAM"},
		"the vendor's error": {put(file, `{"RequestId":"x","HostId":"vpc","Code":"Forbidden.RAM","Message":"no","Recommend":""}`), list, snapshot.Denied, "Forbidden.RAM"},
		"throttled":          {put(file, `{"RequestId":"x","HostId":"vpc","Code":"Throttling.User","Message":"no"}`), list, snapshot.Throttled, "Throttling.User"},
		"empty refusal":      {func(d fstest.MapFS) { delete(d, file); put(strings.TrimSuffix(file, "json")+"error", " \n")(d) }, list, snapshot.Failed, "DescribeVpcs.error is empty"},
		"strange refusal":    {func(d fstest.MapFS) { delete(d, file); put(strings.TrimSuffix(file, "json")+"error", "dial tcp")(d) }, list, snapshot.Failed, "Unknown"},
		"interrupted":        {put(strings.TrimSuffix(file, "json")+"error", ""), list, snapshot.Skipped, "are both there"},
		"a page is missing":  {func(d fstest.MapFS) { put(rules+".json", `{"NextToken":"x","SecurityPolicies":[]}`)(d) }, "nlb.ListSecurityPolicy", snapshot.Skipped, rules + "@2.json is missing"},
		"a page between":     {func(d fstest.MapFS) { put(rules+"@3.json", `{"SecurityPolicies":[]}`)(d) }, "nlb.ListSecurityPolicy", snapshot.Skipped, rules + "@2.json is missing"},
		"the first page":     {func(d fstest.MapFS) { d["cn-hangzhou/vpc/DescribeVpcs@2.json"] = d[file]; delete(d, file) }, list, snapshot.Skipped, file + " is missing"},
		"items are missing":  {put(file, `{"TotalCount":7,"PageNumber":1,"PageSize":50,"Vpcs":{"Vpc":[]}}`), list, snapshot.Incomplete, "TotalCount is 7"},
	} {
		dir, _ := demonstration(t)
		if x.call == list && dir[file] == nil {
			t.Fatal("the demonstration has no such file")
		}
		x.edit(dir)
		r, err := cli.Open(dir)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s, err := collector.Assemble(r.Parts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		product, operation, _ := strings.Cut(x.call, ".")
		call := snapshot.Call{Region: "cn-hangzhou", Product: product, Operation: operation}
		a := s.Accounts()[0]
		if got, code := a.Answer(call), a.Code(call); got != x.state || !strings.Contains(code, x.code) {
			t.Errorf("%s: %v %q, want %v %q", name, got, code, x.state, x.code)
		}
	}
}

// What changes nothing: marks, encodings, ends of lines, and what systems leave in
// directories.
func TestHarmlessOddities(t *testing.T) {
	for name, edit := range map[string]func(fstest.MapFS){
		"byte order marks": func(d fstest.MapFS) {
			for _, f := range d {
				f.Data = append([]byte("\xef\xbb\xbf"), f.Data...)
			}
		},
		"PowerShell": func(d fstest.MapFS) {
			for _, f := range d {
				f.Data = append(wide(f.Data), '\r', 0, '\n', 0)
			}
		},
		"a page twice": func(d fstest.MapFS) {
			d["cn-hangzhou/vpc/DescribeVpcs@2.json"] = d["cn-hangzhou/vpc/DescribeVpcs.json"]
		},
		"clutter": func(d fstest.MapFS) {
			for _, at := range []string{".DS_Store", "cn-hangzhou/.DS_Store", "cn-hangzhou/vpc/Thumbs.db", "cn-hangzhou/vpc/._DescribeVpcs.json", ".git/x/y/z", "README.md"} {
				d[at] = &fstest.MapFile{Data: []byte("x")}
			}
		},
	} {
		dir, want := demonstration(t)
		edit(dir)
		r, err := cli.Open(dir)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := canonical(t, r.Parts); string(got) != string(want) {
			t.Errorf("%s: %s", name, firstDifference(got, want))
		}
	}
}

// A region whose directory holds nothing was meant to be read.
func TestEmptyRegion(t *testing.T) {
	dir, _ := demonstration(t)
	dir["cn-shanghai"] = &fstest.MapFile{Mode: fs.ModeDir}
	delete(dir, "cn-hangzhou/elasticsearch/DescribeRegions.json")
	r, err := cli.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	a := s.Accounts()[0]
	call := snapshot.Call{Region: "cn-shanghai", Product: "elasticsearch", Operation: "ListInstance"}
	if !slices.Contains(a.Regions, "cn-shanghai") || a.Answer(call) != snapshot.Skipped {
		t.Errorf("%v, and %v", a.Regions, a.Answer(call))
	}
}

// What cannot be what it should be is an error that names the file.
func TestRefusedDirectories(t *testing.T) {
	put := func(name string) func(fstest.MapFS) {
		return func(dir fstest.MapFS) { dir[name] = &fstest.MapFile{Data: []byte("{}")} }
	}
	for name, x := range map[string]struct {
		edit func(fstest.MapFS)
		want string
	}{
		"a wrong region":    {put("hangzhou/vpc/DescribeVpcs.json"), "hangzhou: neither global nor the name of a region"},
		"another case":      {put("CN-Hangzhou/vpc/DescribeVpcs.json"), "CN-Hangzhou: neither global"},
		"page 1 twice":      {put("cn-hangzhou/vpc/DescribeVpcs@1.json"), "is of the same call; keep the right one"},
		"two names":         {put("cn-hangzhou/elasticsearch/DescribeInstance-es-cn-clickstream1.json"), "is of the same call; keep the right one"},
		"page 0":            {put("cn-hangzhou/vpc/DescribeVpcs@0.json"), "no number of a page"},
		"no time":           {func(d fstest.MapFS) { d["taken-at"].Data = nil }, "taken-at: \"\" is no instant"},
		"no identity":       {func(d fstest.MapFS) { d["global/sts/GetCallerIdentity.json"].Data = nil }, "GetCallerIdentity.json: "},
		"refused identity":  {func(d fstest.MapFS) { d["global/sts/GetCallerIdentity.json"].Data = []byte(`{"Code":"x"}`) }, "GetCallerIdentity.json: no AccountId"},
		"an unknown region": {put("cn-nowhere/vpc/DescribeVpcs.json"), `unknown region "cn-nowhere"`},
		"no region": {func(d fstest.MapFS) {
			for at := range d {
				if strings.HasPrefix(at, "cn-") {
					delete(d, at)
				}
			}
		}, "no directory of a region"},
	} {
		dir, _ := demonstration(t)
		x.edit(dir)
		if _, err := cli.Open(dir); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}

// Links that lead out of the directory, pipes that nobody writes to, and files
// that are directories are errors; nobody waits for them.
func TestNoPlainFiles(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.json")
	if err := os.WriteFile(secret, []byte(`{"Vpcs":{"Vpc":[{"VpcId":"vpc-hunter2"}]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, make := range map[string]func(at string) error{
		"link out":   func(at string) error { return os.Symlink(secret, at) },
		"link up":    func(at string) error { return os.Symlink("../../../secret.json", at) },
		"link loop":  func(at string) error { return os.Symlink(filepath.Base(at), at) },
		"pipe":       func(at string) error { return syscall.Mkfifo(at, 0o600) },
		"directory":  func(at string) error { return os.Mkdir(at, 0o700) },
		"link to it": func(at string) error { return os.Symlink("../vpc", at) },
	} {
		for _, where := range []string{"cn-hangzhou/vpc/DescribeVpcs.json", "taken-at", "global/sts/GetCallerIdentity.json"} {
			root := t.TempDir()
			dir, _ := demonstration(t)
			delete(dir, where)
			if err := os.CopyFS(root, dir); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Dir(filepath.Join(root, where)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := make(filepath.Join(root, filepath.FromSlash(where))); err != nil {
				t.Fatal(err)
			}
			tree, err := os.OpenRoot(root)
			if err != nil {
				t.Fatal(err)
			}
			r, err := cli.Open(tree.FS())
			tree.Close()
			if err == nil && name == "directory" && where == "cn-hangzhou/vpc/DescribeVpcs.json" {
				if a := r.Parts[0].Answers; !slices.ContainsFunc(a, func(a api.Answer) bool { return strings.HasSuffix(a.Err, where+" is missing") }) {
					t.Errorf("%s: not missing", name)
				}
				continue
			}
			if err == nil || !strings.Contains(err.Error(), filepath.Base(where)) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s at %s: %v", name, where, err)
			}
		}
	}
	root := t.TempDir()
	dir, _ := demonstration(t)
	if err := os.CopyFS(root, dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Dir(secret), filepath.Join(root, "cn-shanghai")); err != nil {
		t.Fatal(err)
	}
	tree, err := os.OpenRoot(root)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if _, err := cli.Open(tree.FS()); err == nil || !strings.Contains(err.Error(), "cn-shanghai: it is a link") {
		t.Errorf("a region that is a link: %v", err)
	}
}

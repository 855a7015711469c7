package snapshot_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"esaudit/snapshot"
)

const small = `{
  "accounts": [
    {
      "coverage": [
        {"region": "cn-hangzhou", "product": "elasticsearch", "operation": "DescribeInstance",
         "ok": 1, "denied": 1, "failed": 0, "throttled": 0, "skipped": 0,
         "subjects": {"read": ["es-cn-1"], "denied": ["es-cn-2"]}, "codes": {"es-cn-2": "Forbidden.RAM"}}
      ],
      "id": "1234567890123456",
      "objects": {
        "elasticsearch": {
          "cn-beijing": {"es-cn-3": {"attributes": {}}},
          "cn-hangzhou": {
            "es-cn-1": {"attributes": {"enablePublic": false, "networkConfig": {"vpcId": "vpc-1"}}, "nodes": []},
            "es-cn-2": {"attributes": {"status": "active"}}
          }
        }
      },
      "regions": ["cn-beijing", "cn-hangzhou"],
      "takenAt": "2026-11-22T00:00:00Z"
    }
  ],
  "schema": "esaudit.snapshot/v1"
}`

func TestParse(t *testing.T) {
	s, err := snapshot.Parse([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	a := s.Accounts()[0]
	var ids []string
	for _, o := range a.Objects(snapshot.Cluster) {
		ids = append(ids, o.Region+"/"+o.ID)
	}
	if want := []string{"cn-beijing/es-cn-3", "cn-hangzhou/es-cn-1", "cn-hangzhou/es-cn-2"}; !slices.Equal(ids, want) {
		t.Errorf("clusters %v, want %v", ids, want)
	}
	if got := a.In(snapshot.Cluster, "cn-hangzhou"); len(got) != 2 || got[0].ID != "es-cn-1" {
		t.Errorf("clusters of cn-hangzhou: %v", got)
	}
	if got := a.In(snapshot.Cluster, "cn-shanghai"); len(got) != 0 {
		t.Errorf("clusters of cn-shanghai: %v", got)
	}
	o := a.Object(snapshot.Cluster, "cn-hangzhou", "es-cn-1")
	if got := o.Attr("networkConfig", "vpcId"); got.Text() != "vpc-1" || got.Pointer() != "/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-1/attributes/networkConfig/vpcId" {
		t.Errorf("vpcId %q at %s", got.Text(), got.Pointer())
	}
	if o.Aspect(snapshot.Nodes).Kind() != snapshot.Array || o.Aspect(snapshot.VPCEndpoints).Exists() {
		t.Error("an empty aspect is there, an unread one is not")
	}
	if none := a.Object(snapshot.Cluster, "cn-hangzhou", "es-cn-9"); none.Exists() || none.Attr("x").Exists() {
		t.Error("an object nobody named exists")
	}
}

func TestAnswerStates(t *testing.T) {
	s, err := snapshot.Parse([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	a := s.Accounts()[0]
	call := snapshot.Call{Region: "cn-hangzhou", Product: "elasticsearch", Operation: "DescribeInstance", Subject: "es-cn-1"}
	for subject, want := range map[string]snapshot.State{"es-cn-1": snapshot.Read, "es-cn-2": snapshot.Denied, "es-cn-3": snapshot.NeverMade} {
		call.Subject = subject
		if got := a.Answer(call); got != want {
			t.Errorf("%s: %v, want %v", subject, got, want)
		}
	}
	call.Subject = "es-cn-2"
	if got := a.Code(call); got != "Forbidden.RAM" {
		t.Errorf("code %q", got)
	}
	if got := call.String(); got != "elasticsearch:DescribeInstance es-cn-2 in cn-hangzhou" {
		t.Errorf("call reads %q", got)
	}
	coverage := a.Coverage()[0]
	again, err := snapshot.ParseJSON(coverage.Node().AppendJSON(nil))
	if err != nil {
		t.Fatal(err)
	}
	original := a.Coverage()[0].Node()
	if !again.Equal(original) {
		t.Errorf("coverage is written as %s", again.AppendCompact(nil))
	}
}

// The digest depends on what is said, not on how it is laid out.
func TestDigestIsOfTheCanonicalBytes(t *testing.T) {
	one, err := snapshot.Parse([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	two, err := snapshot.Parse(one.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	if one.Digest() != two.Digest() || !strings.HasPrefix(one.Digest(), "sha256:") {
		t.Errorf("digests %s and %s", one.Digest(), two.Digest())
	}
	three, err := snapshot.Parse([]byte(strings.Replace(small, `"enablePublic": false`, `"enablePublic": true`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if one.Digest() == three.Digest() {
		t.Error("another estate has the same digest")
	}
	for name, s := range map[string]*snapshot.Snapshot{
		"as written by others": one, "canonical": two,
		"edited":  two.Edited(snapshot.Edit{Object: two.Accounts()[0].Objects(snapshot.Cluster)[0]}),
		"of some": two.Only(func(snapshot.Object) bool { return false }),
	} {
		if want := fmt.Sprintf("sha256:%x", sha256.Sum256(s.Canonical())); s.Digest() != want {
			t.Errorf("%s: digest %s, want %s", name, s.Digest(), want)
		}
	}
}

// The digest of what was read is that, however it was read.
func TestSourceDigest(t *testing.T) {
	parse := func(text string) *snapshot.Snapshot {
		s, err := snapshot.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one := parse(small)
	canonical := parse(string(one.Canonical()))
	packed := func(text string) *snapshot.Snapshot {
		source, err := snapshot.ReadPacked(strings.NewReader(text), 0)
		if err != nil {
			t.Fatal(err)
		}
		s, err := source.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, s := range map[string]*snapshot.Snapshot{
		"as written by others": one, "canonical": canonical, "packed": packed(string(one.Canonical())),
		"packed without its last line feed": packed(strings.TrimSuffix(string(one.Canonical()), "\n")), "packed otherwise": packed(small),
		"without its last line feed": parse(strings.TrimSuffix(string(one.Canonical()), "\n")),
		"edited":                     canonical.Edited(snapshot.Edit{Object: canonical.Accounts()[0].Objects(snapshot.Cluster)[0]}),
		"of some":                    canonical.Only(func(snapshot.Object) bool { return false }),
	} {
		if want := fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(s.Source()))); s.SourceDigest() != want {
			t.Errorf("%s: digest %s, want %s", name, s.SourceDigest(), want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"esaudit.snapshot/v1", "esaudit.snapshot/v2", "newer esaudit"},
		{"esaudit.snapshot/v1", "something", "no snapshot"},
		{`"takenAt": "2026-11-22T00:00:00Z"`, `"takenAt": "yesterday"`, "/accounts/0/takenAt"},
		{`"takenAt": "2026-11-22T00:00:00Z"`, `"takenAt": "2262-12-31T00:00:00Z"`, "not between the years"},
		{`"takenAt": "2026-11-22T00:00:00Z"`, `"takenAt": "1677-01-01T00:00:00Z"`, "/accounts/0/takenAt"},
		{`"id": "1234567890123456"`, `"id": 12`, "/accounts/0/id"},
		{`"elasticsearch": {`, `"opensearch": {`, "/accounts/0/objects/opensearch"},
		{`"es-cn-3": {"attributes": {}}`, `"es-cn-3": 1`, "/accounts/0/objects/elasticsearch/cn-beijing/es-cn-3"},
		{`"denied": ["es-cn-2"]`, `"declined": ["es-cn-2"]`, "declined"},
		{`"product": "elasticsearch"`, `"product": ""`, "/accounts/0/coverage/0"},
		{`"denied": ["es-cn-2"]`, `"denied": ["es-cn-1"]`, `/accounts/0/coverage/0/subjects/read/0: "es-cn-1" has another state already`},
		{`"elasticsearch": {`, `"open\nsearch": {`, `"/accounts/0/objects/open\nsearch": unknown kind`},
	} {
		if !strings.Contains(small, c.old) {
			t.Fatalf("%q is not in the sample", c.old)
		}
		_, err := snapshot.Parse([]byte(strings.Replace(small, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line with %q", c.new, err, c.want)
		}
	}
}

// What should hold objects and is something else is no account without any.
func TestParseRefusesWhatHoldsNothing(t *testing.T) {
	account := func(id, regions, objects string) string {
		return fmt.Sprintf(`{"coverage": [], "id": %q, "objects": %s, "regions": %s, "takenAt": "2026-11-22T00:00:00Z"}`, id, objects, regions)
	}
	for _, c := range []struct{ accounts, want string }{
		{account("1", "[]", `{"elasticsearch": "gone"}`), "/accounts/0/objects/elasticsearch: not an object"},
		{account("1", "[]", `{"elasticsearch": []}`), "/accounts/0/objects/elasticsearch: not an object"},
		{account("1", "[]", `{"elasticsearch": {"cn-hangzhou": null}}`), "/accounts/0/objects/elasticsearch/cn-hangzhou: not an object"},
		{account("1", "[]", `{"elasticsearch": {"cn-hangzhou": []}}`), "/accounts/0/objects/elasticsearch/cn-hangzhou: not an object"},
		{account("1", "null", "{}"), "/accounts/0/regions: not an array"},
		{account("1", `"cn-hangzhou"`, "{}"), "/accounts/0/regions: not an array"},
		{account("1", "[]", "{}") + "," + account("2", "[]", "{}") + "," + account("1", "[]", "{}"), `/accounts/2/id: account "1" stands here twice`},
		{account("1", "[]", `{"elasticsearch": {"cn-hangzhou": {}}}`) + "," + account("2", "[]", "{}"), ""},
	} {
		_, err := snapshot.Parse([]byte(`{"accounts": [` + c.accounts + `], "schema": "esaudit.snapshot/v1"}`))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.accounts, err, c.want)
		}
	}
}

// Every kind is listed once, so that no snapshot with a kind we write is
// refused.
func TestKinds(t *testing.T) {
	kinds := snapshot.Kinds()
	seen := map[snapshot.Kind]bool{}
	for _, k := range kinds {
		if seen[k] {
			t.Errorf("%s twice", k)
		}
		seen[k] = true
	}
	if len(kinds) < 40 {
		t.Errorf("%d kinds", len(kinds))
	}
}

// FuzzParse: any document is refused with one line, or read without a panic.
func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"schema":"esaudit.snapshot/v1","accounts":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := snapshot.Parse(data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("more than one line: %q", err)
			}
			return
		}
		again, err := snapshot.Parse(s.Canonical())
		if err != nil {
			t.Fatalf("canonical form is refused: %v", err)
		}
		if again.Digest() != s.Digest() {
			t.Fatal("canonical form has another digest")
		}
	})
}

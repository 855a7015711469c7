package terraform

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"esaudit/snapshot"
)

func readJSON(t testing.TB, text string) *snapshot.Node {
	t.Helper()
	n, err := snapshot.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// anything is a value that no provider writes.
func anything() *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		return rapid.SampledFrom([]any{
			nil, true, "", "\x1b[31m", "../../etc/passwd", "\u202e", "a/b~c", 1e300, -1, []any{}, []any{nil, []any{}}, map[string]any{"": nil}, map[string]any{"id": []any{1}}, "\x00",
		}).Draw(t, "value")
	})
}

// Whatever stands in a plan, reading it gives a snapshot or an error.
func TestHostilePlans(t *testing.T) {
	s := live(t, "e1-ldap")
	estate := bad()
	addresses := sortedKeys(estate)
	rapid.Check(t, func(rt *rapid.T) {
		w := newPlan(t)
		for _, address := range addresses {
			v := values{}
			for name, value := range estate[address] {
				if rapid.IntRange(0, 9).Draw(rt, "which") == 0 {
					value = anything().Draw(rt, "value")
				}
				v[name] = value
			}
			w.create(address, v)
		}
		data := w.json()
		var doc map[string]any
		if err := json.Unmarshal(data, &doc); err != nil {
			rt.Fatal(err)
		}
		for _, c := range doc["resource_changes"].([]any) {
			for _, name := range []string{"address", "name", "index", "mode", "change"} {
				if rapid.IntRange(0, 29).Draw(rt, "whether") == 0 {
					c.(map[string]any)[name] = anything().Draw(rt, name)
				}
			}
		}
		data, err := json.Marshal(doc)
		if err != nil {
			rt.Fatal(err)
		}
		p, err := Parse(data)
		if err != nil {
			return
		}
		after, of, err := p.Snapshot()
		if err == nil {
			again, _, _ := p.Snapshot()
			if again.Digest() != after.Digest() {
				rt.Fatal("two readings of a plan differ")
			}
			of.Of("/accounts/0/objects/elasticsearch/cn-hangzhou/x/attributes/a/0")
		}
		if _, _, err := p.Overlay(s); err != nil {
			rt.Log(err)
		}
		if _, err := p.Drift(s); err != nil {
			rt.Log(err)
		}
	})
}

// Names of resources are written as they are, and steer nothing.
func TestHostileNames(t *testing.T) {
	address := "alicloud_elasticsearch_instance.main[\"a\x1b[31m</script>/~0\"]"
	p := newPlan(t).create(address, values{"id": unknown, "enable_public": true, "public_whitelist": []string{"0.0.0.0/0"}}).plan()
	s, of, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	objects := s.Accounts()[0].Objects(snapshot.Cluster)
	if len(objects) != 1 || objects[0].ID != address {
		t.Fatalf("%d objects", len(objects))
	}
	if o, ok := of.Of(objects[0].Attr("enablePublic").Pointer()); !ok || o.Address != address || o.Attribute != "enable_public" {
		t.Errorf("%+v", o)
	}
}

package graph

import "testing"

// What a Terraform plan is going to make has its address for an id, whatever stands
// in its keys.
func TestQuestionsOfAddresses(t *testing.T) {
	for _, id := range []string{`module.x["a"].alicloud_elasticsearch_instance.y`, `alicloud_elasticsearch_instance.y["a:b/c, \"d\"]é"]`, `m["a"]["b"].y[0]`} {
		q, err := parseQuery("vpc:"+id+"/10.0.0.1", "es:"+id+":9200")
		if err != nil || q.sourceID != id || q.targetID != id || q.port != 9200 {
			t.Errorf("%s: %+v, %v", id, q, err)
		}
		for to, want := range map[string]int{"es:" + id: 0, "kibana:" + id + ":5601": 5601} {
			if _, got, port, err := parseSet(to); err != nil || got != id || port != want {
				t.Errorf("%s: %s, %d, %v", to, got, port, err)
			}
		}
	}
	for _, id := range []string{`a["`, `a["b`, `a["b"`, `a"b"`, `a[b:c]`, `a["b\n"]c d`, "a[\"\x01\"]", `a["b\"]`} {
		if _, _, _, err := parseSet("es:" + id); err == nil {
			t.Errorf("%s is an id", id)
		}
	}
}

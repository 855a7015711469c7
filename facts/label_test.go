package facts

import (
	"maps"
	"testing"

	"esaudit/snapshot"
)

func TestLabels(t *testing.T) {
	want := map[string]string{"owner": "data", "empty": ""}
	for _, text := range []string{
		`{"tags":[{"tagKey":"owner","tagValue":"data"},{"tagKey":"empty"}],"resourceGroupId":"rg-1"}`,
		`{"Tags":{"Tag":[{"TagKey":"owner","TagValue":"data"},{"TagKey":"empty","TagValue":""}]},"ResourceGroupId":"rg-1"}`,
		`{"Tags":[{"Key":"owner","Value":"data"},{"Key":"empty","Value":null},{"Value":"lost"}],"ResourceGroupId":"rg-1"}`,
		`{"Tags":{"Tag":[{"Key":"owner","Value":"data"},{"Key":"empty"}]},"ResourceGroupId":"rg-1"}`,
	} {
		n, err := snapshot.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, group := labels(n.Glance()); !maps.Equal(got, want) || group != "rg-1" {
			t.Errorf("%s: %v %q", text, got, group)
		}
	}
	for _, text := range []string{`{}`, `{"tags":null,"Tags":"x"}`, `{"tags":[1,null]}`} {
		n, err := snapshot.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, group := labels(n.Glance()); got == nil || len(got) > 0 || group != "" {
			t.Errorf("%s: %v %q", text, got, group)
		}
	}
}

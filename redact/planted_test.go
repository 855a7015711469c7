package redact_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/redact"
)

// What is planted wherever people write what they like.
const (
	needle     = "Needle0"
	plantedNet = "203.0.113.77"
	planted    = needle + " 42 " + plantedNet + " [2001:db8:77::9] 2001:0DB8:77::a/64 ::ffff:203.0.113.77 1234567890123456 acs:ram::1234567890123456:user/" + needle + "X LTAI5t" + needle + "Key1"
)

// free reports whether people write what they like into a field, and nothing is
// joined by it.
func free(key string) bool {
	lower := strings.ToLower(key)
	joined := []string{"username", "groupname", "rolename", "policyname", "principalname", "trailname", "servicename", "eventname", "actionname", "localname", "osname", "osnameen",
		"gcname", "plugname", "regionname", "zonename", "dnsname", "privateservicename", "prefixlistname", "action.destructive_requires_name"}
	if slices.Contains(joined, lower) {
		return false
	}
	for _, end := range []string{"name", "description", "comments", "comment", "email", "phone", "remark", "tagvalue", "reason"} {
		if strings.HasSuffix(lower, end) {
			return key != "name" || end == "description"
		}
	}
	return false
}

func plantIn(value any, count *int) any {
	switch v := value.(type) {
	case map[string]any:
		if v["source"] == "SYSTEM" { // the vendor's own plugin
			return value
		}
		for key, inner := range v {
			if _, text := inner.(string); text && free(key) {
				v[key] = planted
				*count++
				continue
			}
			v[key] = plantIn(inner, count)
		}
	case []any:
		for i := range v {
			v[i] = plantIn(v[i], count)
		}
	}
	return value
}

// plantedIn is a recording with needles in every free field, tag and policy.
func plantedIn(t *testing.T, p recording.Part) (recording.Part, int) {
	t.Helper()
	count := 0
	p.Answers = slices.Clone(p.Answers)
	for i, a := range p.Answers {
		var body any
		d := json.NewDecoder(strings.NewReader(string(a.Body)))
		d.UseNumber()
		if a.Status != 200 || d.Decode(&body) != nil {
			continue
		}
		out, err := json.Marshal(plantIn(body, &count))
		if err != nil {
			t.Fatal(err)
		}
		p.Answers[i].Body = out
	}
	return p, count
}

// Whatever stands in names, descriptions and tags: nothing of it is left anywhere.
func TestNothingPlantedIsLeft(t *testing.T) {
	for _, story := range estate.Stories() {
		if story.Name != "demo" && story.Name != "ram-people" && story.Name != "who-opened" {
			continue
		}
		part, count := plantedIn(t, story.Accounts[0].Part())
		if count < 20 {
			t.Fatalf("%s: only %d fields are planted", story.Name, count)
		}
		out := string(redacted(t, redact.New([]byte("a")), assembled(t, part)).Canonical())
		for _, left := range []string{needle, "203.0.113.", "198.51.100.", "2001:db8:77", "2001:0DB8:77", part.Account} {
			for line := range strings.Lines(out) {
				if strings.Contains(strings.ToLower(line), strings.ToLower(left)) {
					t.Errorf("%s: %s is left: %s", story.Name, left, strings.TrimSpace(line))
					break
				}
			}
		}
	}
}

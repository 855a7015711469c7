package snapshot_test

import (
	"strings"
	"testing"

	"esaudit/snapshot"
)

// Lines that could stand in canonical text, but not in the container that they are in, make
// it none: it is read as any other text, or refused.
func TestLinesOfOtherContainers(t *testing.T) {
	for name, text := range map[string]string{
		"a key in an array":              "{\n  \"a\": [\n    \"b\": 1\n  ]\n}\n",
		"a second key in an array":       "{\n  \"a\": [\n    1,\n    \"b\": 1\n  ]\n}\n",
		"no key in an object":            "{\n  \"a\": 1,\n  2\n}\n",
		"a key twice":                    "{\n  \"a\": 1,\n  \"a\": 2\n}\n",
		"keys that descend":              "{\n  \"b\": 1,\n  \"a\": 2\n}\n",
		"keys that descend behind a map": "{\n  \"b\": {\n    \"c\": 1\n  },\n  \"a\": 2\n}\n",
		"a key in an array of a map":     "{\n  \"a\": 1,\n  \"b\": [\n    \"c\": 1\n  ]\n}\n",
	} {
		source, err := snapshot.ReadSource(strings.NewReader(text), len(text))
		if err != nil {
			t.Fatal(err)
		}
		want, wrong := snapshot.ParseJSON([]byte(text))
		if source.Canonical() {
			t.Errorf("%s: it is taken for canonical", name)
		}
		alike(t, []byte(text), want, wrong, source)
	}
}

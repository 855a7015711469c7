package policies

import (
	"slices"
	"testing"
	"testing/fstest"

	"esaudit/lang"
)

// What rules are made of is their files, and what they say in the language that is
// asked for.
func TestSources(t *testing.T) {
	dir := fstest.MapFS{}
	for _, name := range []string{"a/a.rego", "a/b/b.rego", "a/c.rego", "a/a_test.rego", "a/zh.yaml", "a/A.md", "b.rego", "zh.yml", "c/zh.yaml"} {
		dir[name] = &fstest.MapFile{Data: []byte(name)}
	}
	zh, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		in   *lang.Texts
		want []string
	}{{nil, []string{"a/a.rego", "a/b/b.rego", "a/c.rego", "b.rego"}}, {zh, []string{"a/a.rego", "a/b/b.rego", "a/c.rego", "b.rego", "a/zh.yaml"}}} {
		var got []string
		if err := Sources(dir, x.in, func(file string, text []byte) {
			if got = append(got, file); string(text) != file {
				t.Errorf("%s has the text of %s", file, text)
			}
		}); err != nil || !slices.Equal(got, x.want) {
			t.Errorf("%s: %q, %v; want %q", x.in.Language(), got, err, x.want)
		}
	}
}

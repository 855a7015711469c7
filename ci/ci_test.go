package ci_test

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"esaudit/ci"
)

// steps returns every shell text of a YAML document: under run, script,
// after_script and command.
func steps(n *yaml.Node) []string {
	var out []string
	for i, kid := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			switch n.Content[i-1].Value {
			case "run":
				out = append(out, kid.Value)
				continue
			case "script", "after_script":
				for _, line := range kid.Content {
					out = append(out, line.Value)
				}
				continue
			case "command":
				var words []string
				for _, word := range kid.Content {
					words = append(words, word.Value)
				}
				out = append(out, strings.Join(words, " "))
				continue
			}
		}
		out = append(out, steps(kid)...)
	}
	return out
}

// Every recipe is well formed, its shell texts are too, and they call the scripts
// that are tested with the emulator.
func TestRecipes(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	proper := func(name, text string) {
		cmd := exec.Command(sh, "-n")
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %s\n%s", name, out, text)
		}
	}
	recipes := 0
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && path == "testdata" {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		switch filepath.Ext(path) {
		case ".sh":
			proper(path, string(data))
			return nil
		case ".go":
			return nil
		case ".yml", ".yaml":
			decoder := yaml.NewDecoder(bytes.NewReader(data))
			for {
				var n yaml.Node
				if err := decoder.Decode(&n); err == io.EOF {
					break
				} else if err != nil {
					t.Errorf("%s: %v", path, err)
					break
				}
				for _, text := range steps(&n) {
					proper(path, text)
				}
			}
		}
		recipes++
		if !strings.Contains(string(data), "esaudit.sh") && !strings.Contains(string(data), "fanout.sh") {
			t.Errorf("%s calls no script of ours", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if recipes < 7 {
		t.Errorf("only %d recipes", recipes)
	}
	for _, name := range []string{"esaudit.sh", "fanout.sh", "github/esaudit.yml", "gitlab/esaudit.yml"} {
		if len(ci.Read(name)) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
}

// validated reads a recipe as JSON Schema sees it and asks the schema that the
// editor of its own system would ask.
func validated(t *testing.T, schema string, recipe []byte) error {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", schema))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:schema", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("urn:schema")
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := yaml.Unmarshal(recipe, &value); err != nil {
		return err
	}
	return compiled.Validate(value)
}

// Recipes are what the systems they are for take, and broken ones are not.
func TestRecipesAgainstSchemas(t *testing.T) {
	for _, c := range []struct {
		file, schema string
		broken       [][2]string
	}{
		{"github/esaudit.yml", "github-workflow.json", [][2]string{{"runs-on", "runs"}, {"uses: actions/checkout", "use: actions/checkout"}, {"id-token: write", "id-token: some"}, {"timeout-minutes: 60", "timeout-minutes: soon"}}},
		{"github/matrix.yml", "github-workflow.json", [][2]string{{"runs-on", "runs"}, {"strategy:", "strategies:"}}},
		{"github/action/action.yml", "github-action.json", [][2]string{{"using: composite", "using: compound"}, {"shell:", "shells:"}, {"description:", "descriptions:"}}},
		{"gitlab/esaudit.yml", "gitlab-ci.json", [][2]string{{"when: always", "when: ever"}, {"id_tokens:", "tokens:"}, {"codequality:", "quality:"}, {"script:", "scripts:"}}},
	} {
		text, err := os.ReadFile(c.file)
		if err != nil {
			t.Fatal(err)
		}
		if err := validated(t, c.schema, text); err != nil {
			t.Errorf("%s: %v", c.file, err)
		}
		for _, change := range c.broken {
			broken := bytes.Replace(text, []byte(change[0]), []byte(change[1]), 1)
			if bytes.Equal(broken, text) || validated(t, c.schema, broken) == nil {
				t.Errorf("%s: %s instead of %s is taken", c.file, change[1], change[0])
			}
		}
	}
}

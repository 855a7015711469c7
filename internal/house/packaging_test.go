package house

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// inCopy runs a command in a copy of the checkout and returns what it prints.
func inCopy(t *testing.T, dir string, env []string, words ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOPROXY=off"), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", words, err, out)
	}
	return string(out)
}

// Two builds of the same sources, in folders of different names, are the same
// bytes, and hold the version and no folder.
func TestBuildsAreReproducible(t *testing.T) {
	var builds [2][]byte
	var dirs [2]string
	for i := range builds {
		dirs[i] = checkout(t)
		inCopy(t, dirs[i], []string{"VERSION=9.8.7-test"}, "sh", "scripts/dist.sh", "binary", "linux/amd64", "out")
		var err error
		if builds[i], err = os.ReadFile(filepath.Join(dirs[i], "out")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(builds[0], builds[1]) {
		t.Error("two builds differ")
	}
	if !bytes.Contains(builds[0], []byte("9.8.7-test")) {
		t.Error("the binary does not hold its version")
	}
	if bytes.Contains(builds[0], []byte(filepath.Dir(dirs[0]))) {
		t.Error("the binary holds the folder that it was built in")
	}
}

// make module gives the module another home in one step: no import is left
// behind, and every package and test still finds what it imports. (ESAUDIT_LONG
// compiles it as well.)
func TestModuleMoves(t *testing.T) {
	dir := checkout(t)
	inCopy(t, dir, nil, "make", "module", "PATH=example.com/team/esaudit")
	if got := strings.TrimSpace(inCopy(t, dir, nil, "go", "list", "-m")); got != "example.com/team/esaudit" {
		t.Errorf("the module is %s", got)
	}
	below, err := os.ReadFile(filepath.Join(dir, "internal", "judges", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"module example.com/team/esaudit/internal/judges\n", "\texample.com/team/esaudit v0.0.0\n", "replace example.com/team/esaudit => ../..\n"} {
		if !strings.Contains(string(below), want) {
			t.Errorf("the module of the judges lacks %q", want)
		}
	}
	for line := range strings.Lines(inCopy(t, dir, nil, "go", "list", "-test", "-deps", "-f", "{{.ImportPath}}", "./...")) {
		if strings.HasPrefix(line, "esaudit/") {
			t.Errorf("something still imports %s", line)
		}
	}
	if os.Getenv("ESAUDIT_LONG") != "" {
		inCopy(t, dir, nil, "go", "vet", "./...")
	}
}

// GoReleaser and scripts/dist.sh make releases for the same platforms.
func TestReleasesHaveTheSamePlatforms(t *testing.T) {
	var release struct {
		Builds []struct{ Goos, Goarch []string }
	}
	if err := yaml.Unmarshal([]byte(read(t, ".goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, b := range release.Builds {
		for _, system := range b.Goos {
			for _, arch := range b.Goarch {
				want = append(want, system+"/"+arch)
			}
		}
	}
	if got := strings.Fields(inCopy(t, root, nil, "sh", "scripts/dist.sh", "platforms")); !slices.Equal(got, want) || len(got) < 6 {
		t.Errorf("dist.sh makes binaries for %v, GoReleaser for %v", got, want)
	}
}

// The image is empty but for what is copied into it, and its user is not root.
func TestImage(t *testing.T) {
	_, last, found := strings.Cut(read(t, "Dockerfile"), "\nFROM scratch\n")
	if !found || strings.Contains(last, "FROM ") {
		t.Error("the image is not made from scratch")
	}
	if !regexp.MustCompile(`(?m)^USER [1-9]\d*:[1-9]\d*$`).MatchString(last) {
		t.Error("the image's user is root, or has a name that an empty image does not know")
	}
}

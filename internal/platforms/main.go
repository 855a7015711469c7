// Platforms type-checks a program and all that it imports, the standard library
// included, from the sources that each platform takes. A platform takes seconds
// where building for it takes minutes, because no code is made: what a build for
// it could still refuse is code that the linker does not find, in assembly.
//
//	go run ./internal/platforms PACKAGE OS/ARCH...
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"
)

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

// run checks for each platform; the exit code is 1 when one refuses, 2 for wrong
// words.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	if len(args) < 2 {
		fmt.Fprintln(errs, "usage: go run ./internal/platforms PACKAGE OS/ARCH...")
		return 2
	}
	said := make([]error, len(args))
	counts := make([]int, len(args))
	var group errgroup.Group
	group.SetLimit(2) // a platform holds 200 MB
	for i, platform := range args[1:] {
		group.Go(func() error {
			counts[i], said[i] = check(ctx, args[0], platform)
			return nil
		})
	}
	_ = group.Wait() // what went wrong is in said
	for i, platform := range args[1:] {
		if said[i] != nil {
			fmt.Fprintf(errs, "%s: %v\n", platform, said[i])
			continue
		}
		fmt.Fprintf(out, "%s: %d packages are as the compiler wants them\n", platform, counts[i])
	}
	if errors.Join(said...) != nil {
		return 1
	}
	return 0
}

// source is what the go command says of a package.
type source struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	ImportMap  map[string]string // import paths of sources, where they are not the package's
	Module     *struct{ GoVersion string }
}

// check type-checks a package and what it imports, and returns how many packages
// that is.
func check(ctx context.Context, program, platform string) (int, error) {
	system, arch, found := strings.Cut(platform, "/")
	if !found {
		return 0, errors.New("no OS/ARCH")
	}
	// what is imported comes before what imports it
	list := exec.CommandContext(ctx, "go", "list", "-deps", "-json=ImportPath,Dir,GoFiles,ImportMap,Module", program)
	list.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0")
	var wrong bytes.Buffer
	list.Stderr = &wrong
	answer, err := list.Output()
	if err != nil {
		return 0, fmt.Errorf("go list: %w\n%s", err, wrong.String())
	}
	checked := map[string]*types.Package{"unsafe": types.Unsafe}
	for dec := json.NewDecoder(bytes.NewReader(answer)); ; {
		var s source
		if err := dec.Decode(&s); errors.Is(err, io.EOF) {
			return len(checked), nil
		} else if err != nil {
			return 0, fmt.Errorf("go list: %w", err)
		}
		if checked[s.ImportPath] != nil {
			continue
		}
		if checked[s.ImportPath], err = s.check(arch, checked); err != nil {
			return 0, fmt.Errorf("%s: %w", s.ImportPath, err)
		}
	}
}

// check type-checks one package, whose imports have been checked.
func (s source) check(arch string, checked map[string]*types.Package) (*types.Package, error) {
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range s.GoFiles {
		file, err := parser.ParseFile(set, filepath.Join(s.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	sizes := types.SizesFor("gc", arch)
	if sizes == nil {
		return nil, fmt.Errorf("no architecture %q", arch)
	}
	config := types.Config{Importer: imports{s.ImportMap, checked}, Sizes: sizes}
	if s.Module != nil && s.Module.GoVersion != "" {
		config.GoVersion = "go" + s.Module.GoVersion
	}
	return config.Check(s.ImportPath, set, files, nil)
}

// imports finds what a package imports among what has been checked.
type imports struct {
	names   map[string]string
	checked map[string]*types.Package
}

func (i imports) Import(path string) (*types.Package, error) {
	if name, ok := i.names[path]; ok {
		path = name
	}
	if p := i.checked[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%s is not among what is imported", path)
}

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"esaudit/audit"
	"esaudit/finding"
)

// bundleSchema is the version of a bundle's manifest (docs/schema/bundle.v1.json).
const bundleSchema = "esaudit.bundle/v1"

// Files of a bundle. sumsName lists the digests of all others, as sha256sum
// reads them: it is what is signed.
const (
	bundledSnapshot = "snapshot.json"
	manifestName    = "manifest.json"
	sumsName        = "SHA256SUMS"
)

// manifest says what a bundle holds and what its reports were made with.
type manifest struct {
	Schema   string            `json:"schema"`
	Tool     bundleTool        `json:"tool"`
	Snapshot string            `json:"snapshot"` // its digest, as the report says it
	Settings map[string]string `json:"settings"` // by flag, of those that are not the default
	Files    []bundleFile      `json:"files"`    // by name, without SHA256SUMS and the manifest
}

type bundleTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Go      string `json:"go"` // of the compiler
}

type bundleFile struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"` // hexadecimal

	data []byte
}

// bundleSettings are the flags that decide what a report says; how the estate
// was come by, and how people are told, is left out.
func bundleSettings() []string {
	return []string{
		"all", "allow-partial", "baseline", "cluster", "config", "fail-on", "framework", "group-by", "lang", "min-severity", "new-only", "optional", "owner-tag",
		"past", "plan", "redact", "region", "resource-group", "rule", "rules", "skip-rule", "strict", "tag", "waivers",
	}
}

// free refuses a directory that a bundle would be mixed with, and a name with a
// place for owners: a bundle is of the whole audit.
func free(dir string) error {
	if strings.Contains(dir, ownerMark) {
		return usagef("write bundle: %s: a bundle is of all owners; %s stands in the files of --report", dir, ownerMark)
	}
	entries, err := os.ReadDir(dir)
	switch {
	case dir == "" || errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return usagef("write bundle: %w", err)
	case len(entries) > 0:
		return usagef("write bundle: %s is not empty; name a new directory", dir)
	}
	return nil
}

// writeBundle puts the evidence of an audit into a directory: the snapshot that
// was judged, its reports, what was declared and waived, a manifest and the
// digests. The directory appears whole or not at all.
func (a *app) writeBundle(ctx context.Context, result *audit.Result, e estate, f *auditFlags, past []finding.Past) error {
	files, err := a.bundled(result, e, f, past)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := free(f.bundle); err != nil {
		return err
	}
	dir := filepath.Clean(f.bundle)
	part, err := os.MkdirTemp(filepath.Dir(dir), ".esaudit-bundle-")
	if err != nil {
		return fmt.Errorf("write bundle %s: %w", f.bundle, err)
	}
	defer os.RemoveAll(part)
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(part, file.Name), file.data, 0o644); err != nil {
			return fmt.Errorf("write bundle %s: %w", f.bundle, err)
		}
	}
	err = os.Chmod(part, 0o755)
	if err == nil {
		err = os.Remove(dir) // an empty one
	}
	if err == nil || errors.Is(err, os.ErrNotExist) {
		err = os.Rename(part, dir)
	}
	if err != nil {
		return fmt.Errorf("write bundle %s: %w", f.bundle, err)
	}
	a.note("wrote %s: sign %s", f.bundle, filepath.Join(f.bundle, sumsName))
	return nil
}

// bundled makes the files of a bundle, by name.
func (a *app) bundled(result *audit.Result, e estate, f *auditFlags, past []finding.Past) ([]bundleFile, error) {
	files := []bundleFile{{Name: bundledSnapshot, data: result.Snapshot.Canonical()}}
	e.file = bundledSnapshot // what reports point at
	reports, err := routed([]destination{{"json", "report.json"}, {"html", "report.html"}}, result, "")
	if err != nil {
		return nil, err
	}
	for _, d := range reports {
		var data bytes.Buffer
		if err := a.render(&data, d.destination, d.report, result, e, f, past); err != nil {
			return nil, err
		}
		files = append(files, bundleFile{Name: d.file, data: data.Bytes()})
	}
	for name, from := range map[string]string{"esaudit.yaml": a.configRead, "waivers.yaml": f.waivers} {
		if from == "" || f.redact.on { // they name things as they are
			continue
		}
		data, err := os.ReadFile(from)
		if err != nil {
			return nil, usagef("write bundle: %w", err)
		}
		files = append(files, bundleFile{Name: name, data: data})
	}
	m := manifest{Schema: bundleSchema, Tool: bundleTool{"esaudit", version, runtime.Version()}, Snapshot: result.Snapshot.Digest(), Settings: map[string]string{}}
	f.flags.VisitAll(func(flag *pflag.Flag) {
		if slices.Contains(bundleSettings(), flag.Name) && flag.Value.String() != flag.DefValue {
			m.Settings[flag.Name] = flag.Value.String()
		}
	})
	return sealed(m, files)
}

// sealed adds the manifest and the digests.
func sealed(m manifest, files []bundleFile) ([]bundleFile, error) {
	byName := func(x, y bundleFile) int { return bytes.Compare([]byte(x.Name), []byte(y.Name)) }
	slices.SortFunc(files, byName)
	for i := range files {
		files[i].seal()
	}
	m.Files = files
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write bundle: %w", err)
	}
	about := bundleFile{Name: manifestName, data: append(text, '\n')}
	about.seal()
	all := append(slices.Clone(files), about)
	slices.SortFunc(all, byName)
	var sums bytes.Buffer
	for _, file := range all {
		fmt.Fprintf(&sums, "%s  %s\n", file.SHA256, file.Name)
	}
	return append(all, bundleFile{Name: sumsName, data: sums.Bytes()}), nil
}

func (f *bundleFile) seal() {
	sum := sha256.Sum256(f.data)
	f.SHA256, f.Bytes = hex.EncodeToString(sum[:]), len(f.data)
}

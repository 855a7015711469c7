package main

import (
	"crypto/rand"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/pflag"

	"esaudit/audit"
	"esaudit/cache"
)

// cacheFlags say where an audit keeps what rules say.
type cacheFlags struct{ dir, key string }

func (f *cacheFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.dir, "cache", "", "keep what rules say in `DIR`, and judge again only what changed")
	flags.StringVar(&f.key, "cache-key", "", "`FILE` with the secret that signs --cache (default esaudit/cache.key where the user's settings are; made when it is not there)")
}

// open makes the cache ready; nil when none is asked for.
func (f *cacheFlags) open(a *app) (*audit.Cache, error) {
	if f.dir == "" {
		if f.key != "" {
			return nil, usagef("read settings: %s: signs a cache (--cache DIR)", a.sources["cache-key"])
		}
		return nil, nil
	}
	secret, err := f.secret(a)
	if err != nil {
		return nil, usage(err)
	}
	store, err := cache.Open(f.dir, secret, cache.Limit)
	if err != nil {
		return nil, usage(err)
	}
	program, err := build()
	if err != nil {
		return nil, fmt.Errorf("open cache: %w", err)
	}
	return &audit.Cache{
		Store: store, Program: program, Note: func(text string) { a.warn("audit: %s", text) },
		Told: func(known, parts int) {
			a.note("audit: %s: %d of %d %s of the estate %s what was judged before", f.dir, known, parts, plural(parts, "part"), map[bool]string{true: "is", false: "are"}[known == 1])
		},
	}, nil
}

// secretSize is how long a secret is at least, in bytes.
const secretSize = 16

// secret reads the key. It must not lie where who writes to the cache writes.
func (f *cacheFlags) secret(a *app) ([]byte, error) {
	file, own := f.key, f.key == ""
	if own {
		dir := a.getenv("XDG_CONFIG_HOME")
		if home := a.getenv("HOME"); dir == "" && home != "" {
			dir = filepath.Join(home, ".config")
		}
		if dir == "" {
			dir = a.getenv("AppData")
		}
		if !filepath.IsAbs(dir) {
			return nil, errors.New("open cache: nobody knows where settings of the user are; name a file with a secret (--cache-key FILE)")
		}
		file = filepath.Join(dir, "esaudit", "cache.key")
	}
	if within(f.dir, file) {
		return nil, fmt.Errorf("open cache: %s is in %s: who can write there could sign; keep the key elsewhere (--cache-key FILE)", file, f.dir)
	}
	secret, err := readSecret(file)
	if own && errors.Is(err, fs.ErrNotExist) {
		if err = makeSecret(file); err == nil {
			secret, err = readSecret(file)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open cache: %w", err)
	}
	if len(secret) < secretSize {
		return nil, fmt.Errorf("open cache: %s: a secret has %d bytes or more", file, secretSize)
	}
	return secret, nil
}

// largestSecret is the size of the largest file that is taken for a secret, in bytes.
const largestSecret = 1 << 20

// readSecret reads a file with a secret. A device without an end is none.
func readSecret(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	secret, err := io.ReadAll(io.LimitReader(f, largestSecret+1))
	if err == nil && len(secret) > largestSecret {
		return nil, fmt.Errorf("%s: more than %s is no secret", file, amount(largestSecret))
	}
	return secret, err
}

// within reports whether a file lies in a directory, as far as names show.
func within(dir, file string) bool {
	x, err := filepath.Abs(dir)
	y, other := filepath.Abs(file)
	rest, apart := filepath.Rel(x, y)
	return err == nil && other == nil && apart == nil && rest != ".." && !strings.HasPrefix(rest, ".."+string(filepath.Separator))
}

// makeSecret writes a new secret, unless another run does at the same time: then
// its is the one.
func makeSecret(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), ".cache.key") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = io.WriteString(temporary, rand.Text()+rand.Text()+"\n")
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	if err := os.Link(temporary.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// build names this build of the program: by the commit it was made of, by what the
// linker calls it, or by its own bytes.
func build() (string, error) {
	if info, ok := debug.ReadBuildInfo(); ok {
		settings := map[string]string{}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		if settings["vcs.revision"] != "" && settings["vcs.modified"] == "false" {
			return version + " " + settings["vcs.revision"], nil
		}
	}
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if id := linked(f); id != "" {
		return version + " " + id, nil
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

// linked is the id that the linker gave a program, which stands for everything it was
// made of; "" where there is none: in releases, or in other formats than ELF.
func linked(program io.ReaderAt) string {
	file, err := elf.NewFile(program)
	if err != nil {
		return ""
	}
	note := file.Section(".note.go.buildid")
	if note == nil {
		return ""
	}
	data, err := note.Data()
	if err != nil || len(data) <= noteHead {
		return ""
	}
	return hex.EncodeToString(data)
}

// noteHead is how much stands in an ELF note in front of what it says, in bytes: three
// sizes, and the name of who wrote it.
const noteHead = 16

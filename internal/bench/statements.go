package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// statements are how often those of the program ran, by block of source: all that a run
// does, whether it allocates or not.
type statements map[string]int

func (s statements) total() (n int) {
	for _, ran := range s {
		n += ran
	}
	return n
}

// buildCounting builds the program so that it counts its statements.
func buildCounting(program string) error {
	return build(program, "-cover", "-covermode=count", "-coverpkg=esaudit/...", "esaudit/cmd/esaudit")
}

// count runs a program that counts its statements.
func count(program string, words ...string) (statements, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	c := exec.Command(program, words...)
	c.Env = append(os.Environ(), "GOCOVERDIR="+dir)
	if out, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", strings.Join(words, " "), out, err)
	}
	file := filepath.Join(dir, "counted")
	if out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i", dir, "-o", file).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("read what was counted: %s: %w", out, err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return readStatements(string(data))
}

// readStatements reads a profile as go tool cover does: a line "mode: count", then for each
// block where it stands, how many statements it has, and how often it ran.
func readStatements(profile string) (statements, error) {
	out := statements{}
	for line := range strings.Lines(profile) {
		words := strings.Fields(line)
		if len(words) != 3 {
			continue
		}
		size, err := strconv.Atoi(words[1])
		ran, wrong := strconv.Atoi(words[2])
		if err := errors.Join(err, wrong); err != nil {
			return nil, fmt.Errorf("read what was counted: %w", err)
		}
		out[words[0]] += size * ran
	}
	if len(out) == 0 {
		return nil, errors.New("read what was counted: nothing")
	}
	return out, nil
}

// grown is the exponent of work over objects, from few to many.
func grown(few, many int, fewObjects, manyObjects int) float64 {
	return math.Log(float64(many)/float64(few)) / math.Log(float64(manyObjects)/float64(fewObjects))
}

// fewClusters are those of a small estate: a thousand objects.
const fewClusters = 30

// growth prints the exponents with which what is counted grows from a small estate to
// this one.
func (b *bench) growth() error {
	if b.clusters <= fewClusters {
		return nil // there is nothing to have grown from
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "esaudit")
	if err := buildCounting(program); err != nil {
		return err
	}
	one, few := filepath.Join(dir, "one"), filepath.Join(dir, "few")
	if err := errors.Join(writeEstate(one, 1, b.seed), writeEstate(few, fewClusters, b.seed)); err != nil {
		return err
	}
	many := filepath.Join(dir, "many.json")
	if err := os.WriteFile(many, b.data, 0o600); err != nil {
		return err
	}
	for _, way := range [][]string{{"audit"}, {"audit", "--all"}} {
		var ran []int
		for _, file := range []string{filepath.Join(one, "snapshot.json"), filepath.Join(few, "snapshot.json"), many} {
			s, err := count(program, append(append([]string{way[0], file}, way[1:]...), "-f", "json", "--quiet", "--fail-on", "none")...)
			if err != nil {
				return err
			}
			ran = append(ran, s.total())
		}
		objects := fewClusters * b.objects / b.clusters
		fmt.Fprintf(b.out, "%-66s %14d %14d %9.3f  ran for %d objects, for about %d; exponent, at most 1.05\n", "statements: "+strings.Join(way, " "), ran[2], ran[1],
			grown(ran[1]-ran[0], ran[2]-ran[0], objects, b.objects), b.objects, objects)
	}
	return nil
}

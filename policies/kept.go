package policies

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"esaudit/finding"
	"esaudit/policies/machine"

	"github.com/open-policy-agent/opa/v1/ast"
)

// keptFile holds what would be made of the built-in rules in each run anew: a
// line of JSON (kept), then their plan. make update writes it.
//
//go:embed kept.gz
var keptFile []byte

// kept is what is known of the built-in rules without parsing and compiling them.
type kept struct {
	Sources string     `json:"sources"` // digest of the rules' files
	Rules   []keptRule `json:"rules"`
	plan    []byte
	program func(context.Context) (*machine.Program, error)
}

// keptRule is a rule with all that METADATA says.
type keptRule struct {
	Package, File string
	Rule          keptMetadata
}

// keptMetadata is finding.Rule, all of which is written.
type keptMetadata struct {
	ID          string
	Title       string
	Severity    finding.Severity
	Basis       []string
	Controls    []string
	Description string
	Avoid       string
	Prefer      string
	Console     string
	Terraform   string
	Parameters  []finding.Parameter
	Remediation string
	API         []string
	Fix         string
	Severities  []finding.Severity
	Kinds       []string
	Optional    bool
	Name        string
	Tags        []string
	Said        *finding.Rule
}

// keep makes what is kept of rules: the contents of keptFile before they are
// packed.
func keep(ctx context.Context, sources string, rules []rule, modules []module) ([]byte, error) {
	e, err := newEngine(rules, modules)
	if err != nil {
		return nil, err
	}
	planned, err := e.planned(ctx)
	if err != nil {
		return nil, err
	}
	plan, err := machine.Keep(planned)
	if err != nil {
		return nil, err
	}
	k := kept{Sources: sources}
	for _, r := range rules {
		k.Rules = append(k.Rules, keptRule{Package: r.pkg, File: r.file, Rule: keptMetadata(r.Rule)})
	}
	line, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("keep rules: %w", err)
	}
	return slices.Concat(line, []byte("\n"), plan), nil
}

// unpack reads what is kept in a file.
func unpack(file []byte) (*kept, error) {
	in, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("read kept rules: %w", err)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("read kept rules: %w", err)
	}
	line, plan, _ := bytes.Cut(text, []byte("\n"))
	k := &kept{plan: plan}
	if err := json.Unmarshal(line, k); err != nil {
		return nil, fmt.Errorf("read kept rules: %w", err)
	}
	k.program = once(func(context.Context) (*machine.Program, error) { return machine.Read(k.plan) })
	return k, nil
}

// keptRules is what the program keeps of the built-in rules: an error when it is
// of other files than those that the program holds.
var keptRules = sync.OnceValues(func() (*kept, error) {
	k, err := unpack(keptFile)
	if err != nil {
		return nil, err
	}
	sources, err := builtinDigest()
	if err == nil && sources != k.Sources {
		err = errors.New("read kept rules: they are of other rules")
	}
	return k, err
})

// builtinDigest is the digest of the built-in rules' files.
func builtinDigest() (string, error) {
	sum := sha256.New()
	err := eachFile(builtin, func(name string, text []byte) error {
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// rules returns a copy of the rules.
func (k *kept) rules() []rule {
	out := make([]rule, len(k.Rules))
	for i, r := range k.Rules {
		out[i] = rule{Rule: finding.Rule(r.Rule), pkg: r.Package, file: r.File}
	}
	return out
}

// keptEngine is newEngine for some of the built-in rules. OPA compiles them when
// it is asked.
func keptEngine(k *kept, rules []rule) *Engine {
	e := unprepared(rules)
	e.compiler = once(func(context.Context) (*ast.Compiler, error) {
		modules, err := load(builtin)
		if err != nil {
			return nil, err
		}
		return compileRules(rules, modules)
	})
	e.machine = k.program
	return e
}

package policies

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"esaudit/finding"
	"esaudit/lang"
	"esaudit/policies/machine"

	"github.com/open-policy-agent/opa/v1/ast"
)

// keptFiles hold what would be made of the built-in rules in each run anew, one for
// each language: a line of JSON (kept), then their plan. make update writes them.
//
//go:embed kept.gz kept.zh.gz
var keptFiles embed.FS

// keptName is the file of a language.
func keptName(language string) string {
	if language == lang.English {
		return "kept.gz"
	}
	return "kept." + language + ".gz"
}

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

// keptRules is what the program keeps of the built-in rules in a language.
func keptRules(language string) (*kept, error) {
	if language == lang.Chinese {
		return keptChinese()
	}
	return keptEnglish()
}

var (
	keptEnglish = sync.OnceValues(func() (*kept, error) { return readKept(lang.English) })
	keptChinese = sync.OnceValues(func() (*kept, error) { return readKept(lang.Chinese) })
)

// readKept reads what is kept: an error when it is of other files than those that the
// program holds.
func readKept(language string) (*kept, error) {
	file, err := keptFiles.ReadFile(keptName(language))
	if err != nil {
		return nil, fmt.Errorf("read kept rules: %w", err)
	}
	k, err := unpack(file)
	if err != nil {
		return nil, err
	}
	sources, err := builtinDigest(language)
	if err == nil && sources != k.Sources {
		err = errors.New("read kept rules: they are of other rules")
	}
	return k, err
}

// builtinDigest is the digest of the files that the built-in rules are made of in a
// language.
func builtinDigest(language string) (string, error) {
	sum := sha256.New()
	err := sources(builtin, language, func(name string, text []byte) { fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text) })
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
func keptEngine(k *kept, rules []rule, texts *lang.Texts) *Engine {
	e := unprepared(rules)
	e.compiler = once(func(context.Context) (*ast.Compiler, error) {
		modules, err := load(builtin)
		if err == nil && texts != nil {
			_, modules, err = translate(nil, modules, texts.Language())
		}
		if err != nil {
			return nil, err
		}
		return compileRules(rules, modules)
	})
	e.machine, e.texts = k.program, texts
	return e
}

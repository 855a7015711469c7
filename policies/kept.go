package policies

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"esaudit/finding"
	"esaudit/lang"
	"esaudit/policies/machine"

	"github.com/klauspost/compress/s2"
	"github.com/open-policy-agent/opa/v1/ast"
)

// What would be made of the built-in rules in each run anew, a file for each language:
// JSON (kept), and their plan, each packed by itself (S2, behind its length), because a run
// in which all is known asks no rule. make update writes them.
var (
	//go:embed kept.s2
	fileEnglish []byte
	//go:embed kept.zh.s2
	fileChinese []byte
)

// kept is what is known of the built-in rules without parsing and compiling them.
type kept struct {
	Sources string     `json:"sources"` // digest of the rules' files
	Rules   []keptRule `json:"rules"`
	packed  []byte     // the plan
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

// keep makes what is kept of rules: what is in a file before it is packed.
func keep(ctx context.Context, sources string, rules []rule, modules []module) (head, plan []byte, err error) {
	e, err := newEngine(rules, modules)
	if err != nil {
		return nil, nil, err
	}
	planned, err := e.planned(ctx)
	if err != nil {
		return nil, nil, err
	}
	if plan, err = machine.Keep(planned); err != nil {
		return nil, nil, err
	}
	k := kept{Sources: sources}
	for _, r := range rules {
		k.Rules = append(k.Rules, keptRule{Package: r.pkg, File: r.file, Rule: keptMetadata(r.Rule)})
	}
	if head, err = json.Marshal(k); err != nil {
		return nil, nil, fmt.Errorf("keep rules: %w", err)
	}
	return head, plan, nil
}

// unpack reads what is kept in a file, but for the plan.
func unpack(file []byte) (*kept, error) {
	head, rest, err := unpackNext(file)
	if err != nil {
		return nil, err
	}
	k := &kept{packed: rest}
	if err := json.Unmarshal(head, k); err != nil {
		return nil, fmt.Errorf("read kept rules: %w", err)
	}
	k.program = once(func(context.Context) (*machine.Program, error) {
		plan, err := k.plan()
		if err != nil {
			return nil, err
		}
		return machine.Read(plan)
	})
	return k, nil
}

// plan unpacks the plan.
func (k *kept) plan() ([]byte, error) {
	plan, _, err := unpackNext(k.packed)
	return plan, err
}

// unpackNext unpacks what was packed by itself, and returns what stands behind it.
func unpackNext(file []byte) (text, rest []byte, err error) {
	n, head := binary.Uvarint(file)
	if head <= 0 || n > uint64(len(file)-head) {
		return nil, nil, errors.New("read kept rules: they end in the middle")
	}
	rest = file[head:]
	if text, err = s2.Decode(nil, rest[:n]); err != nil {
		return nil, nil, fmt.Errorf("read kept rules: %w", err)
	}
	return text, rest[n:], nil
}

// keptRules is what the program keeps of the built-in rules in a language.
func keptRules(language string) (*kept, error) {
	if language == lang.Chinese {
		return keptChinese()
	}
	return keptEnglish()
}

var (
	keptEnglish = sync.OnceValues(func() (*kept, error) { return readKept(fileEnglish, lang.English) })
	keptChinese = sync.OnceValues(func() (*kept, error) { return readKept(fileChinese, lang.Chinese) })
)

// readKept reads what is kept: an error when it is of other files than those that the
// program holds.
func readKept(file []byte, language string) (*kept, error) {
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

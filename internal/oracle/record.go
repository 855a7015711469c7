package oracle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Line is one answer of a recording (CONTRACT 3).
type Line struct {
	Region    string
	Product   string
	Operation string
	Params    map[string]any
	Status    int
	Body      any
}

// Recording is the answers of one account.
type Recording struct {
	Account string
	Regions []string
	Lines   []Line
}

// Config is what the organisation declares and verdicts depend on (CONTRACT 1).
type Config struct {
	Architecture map[string]string // new, original or unsupported, by cluster id
	Proxies      []Proxy
	OnPrem       []OnPrem
}

// Proxy is an ECS that forwards what it listens for to a cluster (P7).
type Proxy struct {
	ECS     string
	Listen  int
	Cluster string
	Port    int
}

// OnPrem is a network behind a VPN gateway or a router interface.
type OnPrem struct {
	Name    string
	CIDRs   []string
	VPCs    []string
	Trusted bool
}

// scope is where objects are looked up: one region of one account.
type scope struct{ account, region string }

// Oracle answers queries over some recordings.
// It is not safe for concurrent use.
type Oracle struct {
	config     Config
	recordings []Recording
	operations []operation
	asked      map[string]found // collected answers, so that tests end in time
}

// New takes recordings over as they are.
func New(cfg Config, recordings ...Recording) *Oracle {
	return &Oracle{config: cfg, recordings: recordings, operations: operations(), asked: map[string]found{}}
}

// Open reads a recording directory, or a directory of them, one per account
// (CONTRACT 3).
func Open(dir fs.FS, cfg Config) (*Oracle, error) {
	if _, err := fs.Stat(dir, "recording.json"); err == nil {
		one, err := read(dir)
		if err != nil {
			return nil, fmt.Errorf("open recording: %w", err)
		}
		return New(cfg, one), nil
	}
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, fmt.Errorf("open recordings: %w", err)
	}
	var all []Recording
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		sub, err := fs.Sub(dir, entry.Name())
		if err != nil {
			return nil, fmt.Errorf("open recording %s: %w", entry.Name(), err)
		}
		one, err := read(sub)
		if err != nil {
			return nil, fmt.Errorf("open recording %s: %w", entry.Name(), err)
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return nil, errors.New("open recordings: no recording.json here or one level down")
	}
	return New(cfg, all...), nil
}

func read(dir fs.FS) (Recording, error) {
	head, err := fs.ReadFile(dir, "recording.json")
	if err != nil {
		return Recording{}, fmt.Errorf("interrupted recording: %w", err)
	}
	var r Recording
	if err := json.Unmarshal(head, &r); err != nil {
		return Recording{}, fmt.Errorf("recording.json: %w", err)
	}
	calls, err := fs.ReadFile(dir, "calls.jsonl")
	if err != nil {
		return Recording{}, err
	}
	r.Lines, err = ParseLines(calls)
	return r, err
}

// ParseLines reads the text of a calls.jsonl.
func ParseLines(calls []byte) ([]Line, error) {
	var out []Line
	number := 0
	for raw := range bytes.Lines(calls) {
		number++
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		var line Line
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		if err := decoder.Decode(&line); err != nil {
			return nil, fmt.Errorf("calls.jsonl: line %d: %w", number, err)
		}
		out = append(out, line)
	}
	return out, nil
}

// lines returns the answers of an operation in a scope, in recorded order.
func (o *Oracle) lines(s scope, op operation) []Line {
	var out []Line
	for _, r := range o.recordings {
		for _, l := range r.Lines {
			if l.Operation == op.name && l.Product == op.product && l.Region == s.region && r.Account == s.account {
				out = append(out, l)
			}
		}
	}
	return out
}

// scopes lists every region of every account, in order: those that the recording
// says it covers, and those that lines name.
func (o *Oracle) scopes() []scope {
	var out []scope
	add := func(s scope) {
		if s.region != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, r := range o.recordings {
		for _, region := range r.Regions {
			add(scope{r.Account, region})
		}
		for _, l := range r.Lines {
			add(scope{r.Account, l.Region})
		}
	}
	slices.SortFunc(out, func(a, b scope) int { return strings.Compare(a.account+" "+a.region, b.account+" "+b.region) })
	return out
}

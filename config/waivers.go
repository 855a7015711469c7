package config

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Waiver accepts a finding for now (CONTRACT 6, waivers file).
type Waiver struct {
	Rule     string `yaml:"rule"`
	Resource string `yaml:"resource"` // a pattern of path.Match for the subject's id or ARN; "" for every subject
	Path     Scope  `yaml:"path"`
	Reason   string `yaml:"reason"`
	Owner    string `yaml:"owner"`
	Expires  string `yaml:"expires"` // the last day it holds, YYYY-MM-DD; "" for no end

	Line int `yaml:"-"` // of the file
}

// Scope is the way in that a waiver accepts, and no wider one.
type Scope struct {
	From Sources `yaml:"from"` // who may get in; empty means nobody asked
	To   string  `yaml:"to"`   // es:ID or kibana:ID; "" means the subject, as es:ID
	Port int     `yaml:"port"` // 0 means any
}

// Sources is one source or a list of them: internet, CIDRs, VPC ids, ecs:ID,
// onprem:NAME.
type Sources []string

// UnmarshalYAML takes a list, or one value.
func (s *Sources) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*s = Sources{n.Value}
		return nil
	}
	return n.Decode((*[]string)(s))
}

// IsZero reports whether a waiver accepts every way in.
func (s Scope) IsZero() bool { return len(s.From) == 0 && s.To == "" && s.Port == 0 }

// String writes a scope as people read it: "FROM -> TO port N".
func (s Scope) String() string {
	if s.IsZero() {
		return ""
	}
	from := "anybody"
	if len(s.From) > 0 {
		from = strings.Join(s.From, ", ")
	}
	text := from
	if s.To != "" {
		text += " -> " + s.To
	}
	if s.Port != 0 {
		text += fmt.Sprintf(" port %d", s.Port)
	}
	return text
}

// dayFormat is how days are written.
const dayFormat = "2006-01-02"

// Expired reports whether a waiver's last day is over at an instant, by UTC.
func (w Waiver) Expired(at time.Time) bool {
	end, err := time.Parse(dayFormat, w.Expires)
	return err == nil && !at.UTC().Before(end.AddDate(0, 0, 1))
}

// EndingSoon is how many days before its end people are warned of a waiver.
const EndingSoon = 14

// Ends reports whether a waiver that still holds ends within so many days.
func (w Waiver) Ends(at time.Time, days int) bool {
	return !w.Expired(at) && w.Expired(at.AddDate(0, 0, days))
}

// Matches reports whether a waiver is about a rule's finding on a subject, apart
// from its path and its end.
func (w Waiver) Matches(rule, id, arn string) bool {
	if w.Rule != rule {
		return false
	}
	return w.Resource == "" || glob(w.Resource, id) || glob(w.Resource, arn)
}

// glob matches a pattern in which * also stands for slashes.
func glob(pattern, text string) bool {
	slashless := strings.NewReplacer("/", "\x00").Replace
	ok, err := path.Match(slashless(pattern), slashless(text))
	return err == nil && ok
}

// ParseWaivers reads a waivers file. rules are the ids there are; onprem the
// networks that are declared. What is wrong comes as one error for each waiver,
// with its line; a file that is no list of waivers gives one error and nothing
// else.
func ParseWaivers(data []byte, rules []string, onprem []OnPrem) ([]Waiver, []error) {
	list, err := waiverNodes(data)
	if err != nil {
		return nil, []error{err}
	}
	networks := map[string]bool{}
	for _, n := range onprem {
		networks[n.Name] = true
	}
	var out []Waiver
	var wrong []error
	for _, n := range list {
		w, err := parseWaiver(n)
		if err == nil {
			err = w.check(rules, networks)
		}
		if err != nil {
			wrong = append(wrong, atLine(n.Line, err))
			continue
		}
		out = append(out, w)
	}
	return out, wrong
}

// atLine says where something is wrong, unless the error does.
func atLine(line int, err error) error {
	if strings.HasPrefix(err.Error(), "line ") {
		return err
	}
	return fmt.Errorf("line %d: %w", line, err)
}

// waiverNodes returns the items of "waivers".
func waiverNodes(data []byte) ([]*yaml.Node, error) {
	root, err := body(data)
	if err != nil || root == nil {
		return nil, err
	}
	if err := plain(root); err != nil {
		return nil, err
	}
	var out []*yaml.Node
	for key, value := range pairs(root) {
		switch {
		case key.Value != "waivers":
			return nil, fmt.Errorf("line %d: unknown key %q (one of waivers)", key.Line, key.Value)
		case value.Tag == "!!null":
		case value.Kind != yaml.SequenceNode:
			return nil, fmt.Errorf("line %d: waivers is not a list", value.Line)
		}
		out = value.Content
	}
	return out, nil
}

func parseWaiver(n *yaml.Node) (Waiver, error) {
	w := Waiver{Line: n.Line}
	known := []string{"rule", "resource", "path", "reason", "owner", "expires"}
	if n.Kind != yaml.MappingNode {
		return w, errors.New("not a map of keys and values")
	}
	for key, value := range pairs(n) {
		if !slices.Contains(known, key.Value) {
			return w, fmt.Errorf("line %d: unknown key %q (one of %s)", key.Line, key.Value, strings.Join(known, ", "))
		}
		if key.Value != "path" {
			if value.Kind != yaml.ScalarNode {
				return w, fmt.Errorf("line %d: %s is not a single value", value.Line, key.Value)
			}
			continue
		}
		for inner := range pairs(value) {
			if !slices.Contains([]string{"from", "to", "port"}, inner.Value) {
				return w, fmt.Errorf("line %d: unknown key %q (one of from, to, port)", inner.Line, inner.Value)
			}
		}
	}
	return w, explain(n.Decode(&w))
}

// check says what is wrong with a waiver.
func (w Waiver) check(rules []string, networks map[string]bool) error {
	switch {
	case w.Rule == "":
		return errors.New("rule is missing")
	case !slices.Contains(rules, w.Rule):
		return fmt.Errorf("unknown rule %q (esaudit rules lists them)", w.Rule)
	case strings.TrimSpace(w.Reason) == "":
		return errors.New("reason is missing: say why this is accepted")
	}
	if _, err := path.Match(w.Resource, ""); err != nil {
		return fmt.Errorf("resource: %q is no pattern", w.Resource)
	}
	if _, err := time.Parse(dayFormat, w.Expires); w.Expires != "" && err != nil {
		return fmt.Errorf("expires: %q is no day (2027-01-31)", w.Expires)
	}
	return w.Path.check(networks)
}

func (s Scope) check(networks map[string]bool) error {
	for _, source := range s.From {
		if _, err := netip.ParseAddr(source); err == nil {
			continue
		}
		if err := assertSource(source, false, networks); err != nil {
			return fmt.Errorf("path.from: %w", err)
		}
	}
	if s.To != "" {
		kind, id, _ := strings.Cut(s.To, ":")
		if kind != "es" && kind != "kibana" || id == "" || strings.Contains(id, ":") {
			return fmt.Errorf("path.to: no target: %q (es:ID or kibana:ID)", s.To)
		}
	}
	if s.Port != 0 {
		if err := port(s.Port); err != nil {
			return fmt.Errorf("path.port: %w", err)
		}
	}
	return nil
}

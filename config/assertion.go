package config

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Assertion is one of the assertions, in its parts (CONTRACT 1).
type Assertion struct {
	Text    string
	Verb    string   // never, only or must
	Sources []string // internet, CIDRs, VPC ids, ecs:ID, onprem:NAME, es:ID
	Target  string   // es:ID, es:ID:PORT, es:*, the same with kibana:, or HOST:PORT
}

// Asserted returns the assertions in their parts. What Parse accepted has all of
// them.
func (c Config) Asserted() []Assertion {
	var out []Assertion
	for _, text := range c.Assertions {
		left, target, _ := strings.Cut(text, "->")
		verb, list, _ := strings.Cut(strings.TrimSpace(left), " ")
		a := Assertion{Text: text, Verb: verb, Target: strings.TrimSpace(target)}
		for _, source := range strings.Split(list, ",") {
			a.Sources = append(a.Sources, strings.TrimSpace(source))
		}
		out = append(out, a)
	}
	return out
}

// assertion checks the form of `never|only|must SRC[, SRC...] -> DST`
// (CONTRACT 1). onprem holds the declared networks.
func assertion(s string, onprem map[string]bool) error {
	left, target, arrow := strings.Cut(s, "->")
	verb, sources, _ := strings.Cut(strings.TrimSpace(left), " ")
	switch {
	case !arrow:
		return fmt.Errorf("%q has no arrow (never internet -> es:*)", s)
	case verb != "never" && verb != "only" && verb != "must":
		return fmt.Errorf("%q begins with %q (one of never, only, must)", s, verb)
	}
	for _, source := range strings.Split(sources, ",") {
		if err := assertSource(strings.TrimSpace(source), verb == "must", onprem); err != nil {
			return err
		}
	}
	return assertTarget(strings.TrimSpace(target))
}

func assertSource(s string, must bool, onprem map[string]bool) error {
	kind, id, named := strings.Cut(s, ":")
	switch {
	case s == "internet", strings.HasPrefix(s, "vpc-"), cidr(s) == nil:
		return nil
	case named && kind == "ecs" && id != "", named && kind == "es" && id != "" && must:
		return nil
	case named && kind == "onprem" && onprem[id]:
		return nil
	case named && kind == "onprem":
		return fmt.Errorf("source %q: no such network under onprem", s)
	case named && kind == "es" && id != "":
		return fmt.Errorf("source %q: a cluster is a source of must only", s)
	}
	return fmt.Errorf("no source: %q (internet, a CIDR, a VPC id, ecs:ID, onprem:NAME, or for must es:ID)", s)
}

func assertTarget(s string) error {
	kind, rest, _ := strings.Cut(s, ":")
	if kind == "es" || kind == "kibana" {
		id, p, hasPort := strings.Cut(rest, ":")
		if id != "" && (!hasPort || number(p)) {
			return nil
		}
	} else if host, p, err := net.SplitHostPort(s); err == nil && host != "" && number(p) {
		return nil
	}
	return fmt.Errorf("no target: %q (es:ID, es:ID:PORT, es:*, the same with kibana:, or HOST:PORT)", s)
}

func number(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && port(n) == nil
}

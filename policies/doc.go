// Package policies holds the rules, and the engine that compiles, documents
// and evaluates them.
//
// # What it answers
//
// What every rule says of every subject of a facts document (CONTRACT 7), and
// what is known of each rule: title, basis, remediation.
//
// # What it assumes
//
// A rule is one Rego v1 package esaudit.rules.<id in snake case> in
// rules/<id>/, with METADATA and one function results(subject) that gives a set
// of results. It judges facts and never walks the graph. docs/adr/0001 says why
// the interface is a function.
//
// # Limits
//
// Only OPA's own builtins, none that reads clock, network or environment: stock
// `opa eval -d policies -i facts.json data.esaudit.all` gives the same set.
package policies

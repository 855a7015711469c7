// Package policies holds the rules, and the engine that compiles, documents
// and evaluates them.
//
// # What it answers
//
// What every rule says of every subject of a facts document (CONTRACT 7), and
// what is known of each rule: title, basis, remediation.
//
// A rule that breaks, is silent about a subject of its kinds, or gives what is
// no result, is an error that names it; so is one that takes too long or too much
// memory. Nothing of it reads as a pass.
//
// # What it assumes
//
// A rule is one Rego v1 package esaudit.rules.<id in snake case> in
// rules/<id>/, with METADATA and one function results(subject) that gives a set
// of results. It judges facts and never walks the graph. docs/adr/0001 says why
// the interface is a function.
//
// # Cases
//
// cases.yaml beside a rule holds its named cases: an estate of testdata/estates,
// edits of its recording (estate.Edit), a configuration, and what the rule has to
// say of which subject: status, severity, cause of an unknown, the calls that
// would settle it, and the values it rests on. What fails, is latent or unknown
// and is not wanted is an error too. items are the lines of catalogue.md that a
// case is one of; a test finds the items that have none.
//
// # Languages
//
// zh.yaml beside a rule, the user's own included, holds what it says in Chinese.
// A rule speaks another language as the same module with other literals: no text
// is taken apart to be translated, and what it judges stays the same.
//
// # Limits
//
// Only OPA's own builtins, none that reads clock, network or environment: stock
// `opa eval -d policies -i facts.json data.esaudit.all` gives the same set.
package policies

// Package rulecase reads the named cases of rules and says how rules differ from
// what their cases want.
//
// # What it answers
//
// A directory of rules has a cases.yaml beside each rule: estates, with edits or
// written as facts, and what the rule must say of their subjects. Run applies
// the rules and tells every difference, and which lines of the rules no case
// reaches.
//
// # What it assumes
//
// An estate is named by its path, beside the rule or from the working directory,
// or is one that the caller knows ("demo").
//
// # Limits
//
// Cases are evaluated one after the other, because coverage is counted.
package rulecase

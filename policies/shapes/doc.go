// Package shapes measures three shapes a rule's Rego interface could have
// (docs/adr/0001-rego-interface.md). It holds tests and benchmarks only:
//
//	go test -run '^$' -bench . ./policies/shapes
//
// # What it answers
//
// What one subject costs, in time and allocations, when twenty rules judge it
// as a function of the subject, as a document under `with input as s`, or as
// rules that walk the whole document themselves; in evaluations of 1, 16, 256
// and 4096 subjects. And what each shape costs to compile and at its peak.
//
// # What it assumes
//
// The rules are rendered from one text, so that conditions and results are the
// same to the letter; a test compares the sets of results.
//
// # Limits
//
// The rules and subjects are made up, sized like those of package policies. No
// file here ends in .rego or .json: stock opa reads the whole policies folder.
package shapes

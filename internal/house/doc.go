// Package house holds the tests of the project's own rules.
//
// # What it answers
//
// Whether packages import only what the table of ARCHITECTURE.md allows, every
// dependency has its reason there, README's commands work as written, and no
// tracked file names a machine.
//
// # What it assumes
//
// Tests run in a checkout, with the go command at hand.
//
// # Limits
//
// There is nothing here but tests.
package house

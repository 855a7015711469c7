// Package esaudit is the root of the module, and holds no code: the program is
// cmd/esaudit.
//
// # Packages to import
//
// audit is the pipeline from a snapshot to a judged report, and the place to
// begin; graph answers who can reach what; snapshot, collector,
// collector/recording, collector/api and collector/cloud give an estate at one
// instant; finding and report what was found, and its formats; policies and facts
// the rules and what they see; config what an organisation declares; netset exact
// sets of addresses; diff, change and cut what changed, what would, and what
// severs a path. docs/library.md says what is kept compatible.
//
// # Limits
//
// Every other package serves the program, and may change.
package esaudit

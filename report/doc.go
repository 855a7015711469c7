// Package report writes a finding.Report in the formats people and programs
// read.
//
// # What it answers
//
// Write gives the bytes of one format: table (to be read in a terminal), json
// (esaudit.report/v1, CONTRACT 5), sarif (SARIF 2.1.0, for code scanning) and
// html (one file that needs no network, and is whole without its script), those
// of dashboards, and the estate as dot and svg. All but the last two carry the
// same findings under the same fingerprints; the table names those that ask for
// something, and cuts long lists with a word of how much there is.
//
// # What it assumes
//
// The report is complete and sorted (finding.Sort); names and values in it were
// written by strangers, so every format makes them harmless for what shows it.
// Lines and pointers are those of Options.Snapshot.
//
// # Limits
//
// Nothing is decided here. The same report and options give the same bytes: no
// clock, no environment, no terminal is asked. In the github profile SARIF
// leaves out what GitHub would show as an open alert although it is none: waived
// findings, and those that pass or do not apply.
package report

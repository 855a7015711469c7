// Package audit is the one pipeline: a snapshot becomes a judged report.
//
// # What it answers
//
// Everything an audit found, whether the picture is complete, and what the
// rules saw.
//
// # What it assumes
//
// The snapshot was made by package collector, or read from a file.
//
// # Limits
//
// It renders nothing and knows no exit code; callers decide with Failed and
// Incomplete.
package audit

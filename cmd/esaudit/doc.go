// Command esaudit tells who can reach the Elasticsearch clusters of an Alibaba
// Cloud account, whether they should, and what to do about it (CONTRACT).
//
// # What it answers
//
// Words become calls and errors become exit codes here; everything else is in
// the packages below. One file holds one command; exit.go has every exit code.
//
// # What it assumes
//
// Streams, arguments and the environment are parameters of run, so that a test
// is a run like any other.
//
// # Limits
//
// Live accounts are not read in this version: an estate is a recording, a
// snapshot or the demo.
package main

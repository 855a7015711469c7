// Package survey makes a judged estate ready for the explorer.
//
// # What it answers
//
// Everything that package tui asks of an Estate: clusters at a glance, who gets
// to each, paths, findings by filter, what was not read, what changed.
//
// # What it assumes
//
// An audit that has run, or the graph that one is made of. New asks nobody; Further
// asks who gets to some more clusters. Answers without a context come from memory.
//
// # Limits
//
// Who could open a cluster by configuration is asked of its own account only.
package survey

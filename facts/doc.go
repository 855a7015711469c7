// Package facts computes what rules see: esaudit.facts/v1 (CONTRACT 7).
//
// # What it answers
//
// For every subject the truth a rule may judge: effective whitelists with the
// origin of each entry, ports, architecture, settings, outside dependencies
// with the verdict and the hops of their paths, what a load balancer leads to,
// zones of private connections; and which calls were not read.
// docs/facts.md describes every field.
//
// # What it assumes
//
// Reachability is decided by package graph. A value stands with the JSON
// pointer of its place in the snapshot ("at"); a value that is not there has
// only the pointer of what stands nearest.
//
// # Limits
//
// No fact holds a status, a severity, a threshold or a rule's id.
package facts

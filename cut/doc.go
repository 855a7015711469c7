// Package cut finds what has to change so that somebody no longer gets in.
//
// # What it answers
//
// The inclusion-minimal sets of up to three single edits (remove an entry, a
// rule, a listener, turn a switch off) after which a question that is open is
// answered blocked, each with what else it would sever.
//
// # What it assumes
//
// A path is severed by making one of its controls block. A control that passes
// because of a value is made to block by taking that value away; which values
// that are, the hops of the path say. Every set is evaluated again on the estate
// with its edits made, without the objects that cannot decide who gets to the
// target (graph.Around).
//
// # Limits
//
// Routes, peerings, CENs, servers of load balancers, and weights are left
// alone: an edit of theirs does more than sever a path. Larger sets than three
// are not looked for.
package cut

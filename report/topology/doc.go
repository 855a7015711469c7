// Package topology draws an estate in four layers: the internet and other
// networks outside, the controls at the edge, the networks, the clusters.
//
// # What it answers
//
// A Map of a graph.View with few enough places to be read, as SVG and in the DOT
// language, and which of its places a hop of a path stands for.
//
// # What it assumes
//
// Names are strangers': they stand in text only, and ids are numbers.
//
// # Limits
//
// vSwitches and hosts are drawn as their VPC, listeners as their load balancer,
// endpoints as the service they lead to, and entries that nobody outside gets to
// as their cluster. Of many places those are drawn that somebody outside gets to,
// way by way; Left says how many are not, and Open how many of these are open.
package topology

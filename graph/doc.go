// Package graph answers who can reach what, and why (SEMANTICS).
//
// # What it answers
//
// Whether an address, a host, a network on premises or a cluster gets to a
// port, along which path, and which control of which setting decided; what is
// missing where that is unknown, and the call that would settle it. It also
// shows what the answers stand on: a cluster's entries, ports, address lists
// and architecture, load balancers with what they lead to, private connections.
//
// # What it assumes
//
// The snapshot holds what was read, and says what was not. Verdicts follow
// SEMANTICS; functions name the section they encode.
//
// # Limits
//
// HTTP forwarding rules, transit router tables and the contents of appliances
// are not evaluated: what leads through them is unknown (SEMANTICS 5).
package graph

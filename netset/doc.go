// Package netset holds exact sets of IP addresses, and reads the texts in which
// the vendor's settings write them (SEMANTICS 3).
//
// # What it answers
//
// Which addresses a list admits, exactly: unions, intersections and differences
// of IPv4 and IPv6 prefixes, written as the minimal sorted list of CIDRs, and
// the same over points of address, protocol and port.
//
// # What it assumes
//
// An IPv4 address written as IPv6 (::ffff:a.b.c.d) is that IPv4 address, and
// zones are not addresses.
//
// # Limits
//
// Sets are immutable. Protocols are the five that the vendor's rules name.
package netset

// Package netset holds exact sets of IP addresses, and reads the texts in which
// the vendor's settings write them (SEMANTICS 3).
//
// # What it answers
//
// Which addresses a list admits, exactly: unions, intersections and differences
// of IPv4 and IPv6 prefixes, written as the minimal sorted list of CIDRs.
//
// # What it assumes
//
// An IPv4 address written as IPv6 (::ffff:a.b.c.d) is that IPv4 address, and
// zones are not addresses.
//
// # Limits
//
// Ports and protocols are not here. Sets are immutable.
package netset

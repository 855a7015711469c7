// Package oracle is a second implementation of the reachability semantics, slow
// and plain, for tests of package graph to compare with.
//
// # What it answers
//
// The verdict of one query over recordings, and the kind of path and the
// control that decided it. Every rule is written down from the pages of the
// semantics alone, and each piece names its section; where the two
// implementations differ, one of them misreads the page or the page is unclear.
//
// It reads answers as maps, scans them from the start for every question, and
// keeps addresses as lists of prefixes. A question about all addresses of a
// range is asked for one address of each piece between the borders that can
// matter, and one about all ports likewise. Nothing is indexed; the collected
// pages of an answer are kept, so that a few hundred queries end in seconds.
//
// # What it assumes
//
// What the page leaves open is decided here so that data which is missing never
// makes anything reachable or blocked:
//
//   - A field that is absent from an object and that decides is unknown, unless
//     the page says what absence means. So are an object's relations: a vSwitch
//     without its VPC, a listener without its load balancer, a whitelist group
//     without its type or addresses.
//   - Where answers of one kind give a field of an object differently, none wins:
//     the field is not known. A copy that says the same, or less, changes nothing.
//   - A vSwitch that several route tables list, and that names none, has a table
//     that is not known.
//   - An id is named by objects of its own kind: ListInstance and
//     DescribeInstance; DescribeInstances; DescribeVpcs and the VPC of a
//     vSwitch; lists and attributes of load balancers, and listeners.
//   - While ListInstance was not read, a backend might be a cluster's.
//   - An object that a query names itself (lb:ID, an endpoint's domain) and
//     that is known needs no list: no extra path for the list.
//   - A request that is narrowed can fail an answer, but neither completes nor
//     shortens it. Lists that were asked for with different parameters (a
//     Direction) have each to be complete.
//   - P7 is for internet sources. What the proxy sees is the source's own
//     address.
//
// # Limits
//
// Single queries only: no sets, no explanations, no pointers. Of the parts of a
// query that the page does not order, the deciding control is the first in the
// order of this package. An Oracle is not safe for concurrent use.
package oracle

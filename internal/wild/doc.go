// Package wild makes random estates, as recordings, for tests: small ones that
// together hold every trick the reachability semantics speak of, and questions
// about them.
//
// # What it answers
//
// New gives the same estate for the same seed. It has four joined VPCs with
// hosts, clusters of several kinds, load balancers of both products, a NAT
// gateway, private connections, and what an organisation declares. At first all
// of that works; then each part is wrong, odd or missing with a chance that
// differs from estate to estate, and so is each answer: refused, never made, cut
// short, in pages, asked for in several forms.
//
// Questions asks from both sides of every border of addresses and ports that
// the estate mentions.
//
// # What it assumes
//
// Where two answers speak of one object, one says less than the other, never
// something else: which of two lists is right is not defined.
//
// # Limits
//
// What decides no verdict is left out of the bodies. Items of lists have what
// joins them to other objects; a list of items that do not counts as read for
// one reader and not for another.
package wild

// Package trail knows what records of changes say: events of ActionTrail
// (LookupEvents of 2020-07-06) and action records of clusters
// (ListActionRecords of Elasticsearch 2017-06-13).
//
// # What it answers
//
// What of a record is kept in a snapshot (KeepEvent, KeepRecord), which changes
// an account's snapshot tells of (Changes), and whether one of them can have made
// a value (Change.Made).
//
// # What it assumes
//
// An operation writes what the table of operations says, on the object that its
// parameters or its resources name. An event that names values made no others.
//
// # Limits
//
// ActionTrail keeps 90 days, and not what the vendor's own services change
// inside. Of a request only the parameters of an allow-list are kept, so that no
// password and no key is: what others say is not known here.
package trail

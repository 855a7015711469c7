// Package snapshot holds an estate at one instant: every object the rules and
// the reachability graph use, as the vendor described it, and what was asked.
//
// # What it answers
//
// Which objects are there, what the vendor said of each (with the JSON
// pointer, line and column of every value), and of every kind of call whether
// it was read, refused, failed or never made.
//
// # What it assumes
//
// The document is esaudit.snapshot/v1 (CONTRACT 4):
//
//	{"schema": "esaudit.snapshot/v1",
//	 "accounts": [{
//	   "id": "1234567890123456", "takenAt": "...", "regions": ["cn-hangzhou"],
//	   "coverage": [{"region","product","operation","ok","denied","failed","throttled","skipped","subjects":{STATE:[...]}}],
//	   "objects": {KIND: {REGION: {ID: {"attributes": {...}, ASPECT: ...}}}}
//	 }]}
//
// "attributes" are the object's own fields under the vendor's names; an aspect
// is what one further call said of it (its nodes, its listeners' health, ...).
// Regions of global services are "global". A key that is absent was not read;
// false, "" and [] are values that were.
//
// # Limits
//
// The package imports nothing else of this module and judges nothing: it does
// not know which field means what.
package snapshot

// Package delta writes what changed between two pictures of an estate, and what
// would sever a path, for people.
//
// # What it answers
//
// The text of a difference and of cuts for a terminal and for a merge request,
// and a picture of who gained and lost.
//
// # What it assumes
//
// The differences and cuts are made already; nothing is decided here.
//
// # Limits
//
// A text for a merge request is bounded, because the places it is posted to
// refuse longer ones; it says what it leaves out. Programs read the JSON form.
package delta

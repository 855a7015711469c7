// Package fix corrects settings of an account: planned, previewed, applied,
// verified and undone.
//
// # What it answers
//
// New makes a Plan from findings, edits or cuts: actions in order, each with
// the value it expects to find, the call, the value it leaves and its inverse;
// and what the plan would change of who can reach what. Apply plays a plan,
// journalled; Undo plays the inverses; Status reads a journal.
//
// # What it assumes
//
// The snapshot is of one account. Values are compared with the live ones before
// each write: nothing that changed since the snapshot is overwritten.
//
// # Limits
//
// What the vendor has no call for is a manual step. A write is judged by its
// status and raw body, then by reading the value back: typed responses of the
// vendor's SDK do not decode.
package fix

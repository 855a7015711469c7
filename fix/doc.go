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
// # How it is safe
//
// A value is compared by its digest, in which secrets are redacted. What is about
// to happen is in the journal, and on the disk, before it does. A write is judged
// by its status and raw body (typed responses of the vendor's SDK do not decode),
// then by reading the value back; where the answer says nothing, the value alone
// decides: the new one, and the call is done; the old one, and it is made again
// with the same token of idempotency; any other, and the action is in doubt, and
// the plan stops. A value that is the new one already stops it too, because
// undoing would take back what somebody else did.
//
// # Limits
//
// What the vendor has no call for is a manual step. The vendor has no call that
// compares and writes at once: what another writes between the reading and the
// call is noticed afterwards, and stays where the call edits entries; settings of
// elasticsearch.yml are sent as a whole. Nothing locks a journal: one run at a
// time.
package fix

// Package recording keeps raw API answers on disk (CONTRACT 3).
//
// # What it answers
//
// Which answers a directory holds, of which accounts; and it writes such a
// directory.
//
// # What it assumes
//
// A recording is a directory with recording.json (whose it is, when it was
// taken, of which regions) and calls.jsonl (one answer a line), which may be
// compressed as calls.jsonl.gz or calls.jsonl.zst. A directory of such
// directories holds several accounts. recording.json is written last: without
// it the run was interrupted, and can be resumed. A run appends to calls.jsonl
// whole answers as they come, and puts them in order at its end.
//
// # Limits
//
// Lines are read as they stand: what an operation means, and which lines belong
// together, package collector knows. JSON is strict (no duplicate names, valid
// UTF-8, no unknown fields), but for bodies, which stay the vendor's bytes: one
// that is not strict spoils its own answer. Writing replaces secrets by
// "[redacted]" and leaves out parameters of paging and signature.
package recording

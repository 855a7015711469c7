// Package reach writes answers about who reaches what.
//
// # What it answers
//
// One question's answer, everybody who gets to a target, everything a source
// gets to, and what a cluster needs outside: as text for a terminal, as
// Markdown, as JSON (esaudit.reach/v1, CONTRACT 6), and as pictures (DOT, SVG);
// the whole estate as GraphML.
//
// # What it assumes
//
// The graph has answered already; nothing is decided here. Values are looked up
// in the snapshot that the graph was built from, by the pointers of the answer.
//
// # Limits
//
// Texts and pictures are for people: long lists are cut there, and say so.
// Programs read JSON.
package reach

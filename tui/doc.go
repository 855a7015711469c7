// Package tui is the terminal explorer: a program of Bubble Tea that walks the
// reachability graph of one estate.
//
// # What it answers
//
// Which clusters are open, to whom, through which controls, and which value in
// the snapshot decides; what the rules say; what was not read; what changed.
//
// # What it assumes
//
// An Estate that answers from memory, and is judged, or will be: until then what
// rules say is shown as not known. What takes long is behind Services and Estate's
// methods with a context, and is called by commands only: Update and View do work
// for the rows they show, not for the estate.
//
// # Limits
//
// Sentences of the graph and of rules are shown as they are, in English. The
// package reads no file, clock or environment, and opens no terminal.
package tui

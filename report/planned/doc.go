// Package planned shows a plan of corrections: as text for a terminal, as a
// script of the vendor's command line, as hints for Terraform, and as the text
// of a change ticket.
//
// # What it answers
//
// What is done, in which order, why, what it costs and breaks, how it is taken
// back, and what is left to do by hand.
//
// # What it assumes
//
// Names in a plan come from the cloud and are hostile: control characters are
// made visible, words of a shell are quoted, values of HCL escaped.
//
// # Limits
//
// A script compares nothing: only "fix apply" reads each value before it writes.
package planned

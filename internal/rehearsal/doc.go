// Package rehearsal tests the whole way of a live account: a recording served
// as the vendor's API, asked by the SDK over HTTP, collected, assembled, judged.
//
// # What it answers
//
// Whether what is collected is what is there, whatever goes wrong on the way;
// whether a gap is always named and never a pass; whether a secret gets out.
//
// # What it assumes
//
// The emulator answers as the vendor does, as far as facts about the vendor
// go.
//
// # Limits
//
// Nothing here is used by the program.
package rehearsal

// Package machine runs the plans that OPA makes of Rego: small imperative
// programs (OPA's intermediate representation), here closures over Go values.
//
// OPA stays the authority. It parses, checks, orders and plans the rules; this
// package only executes the statements it is given, and gives up (an error that
// is ErrUnsure) on whatever is not certain to end as in OPA: a builtin that
// fails, two values for one name, a number that can be written otherwise, a loop in an
// order of OPA's, a statement or builtin it does not know, a value that JSON could not
// hold. The caller then asks OPA. So every answer it
// does give is one of a run without any error.
//
// What changes nothing is left out of a plan when it is made (simplify); what
// belongs together is one operation when a function is made ready (fused, literal):
// when it is called first.
//
// Values are either made by a plan (Array, Object, Set and scalars) or views of
// Go values, which show what encoding/json would write of them without writing
// it: of a large document only what a rule reads is looked at. What a run shows and
// makes is good until Run.Forget: its memory is used again (room).
package machine

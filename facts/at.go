package facts

import "esaudit/snapshot"

// At is where a value stands in the snapshot: its JSON pointer, which is written
// when somebody reads it. The zero At is nowhere.
type At struct{ node *snapshot.Node }

// String returns the pointer; "" for nowhere.
func (a At) String() string { return a.node.Pointer() }

// AppendText appends the pointer.
func (a At) AppendText(text []byte) ([]byte, error) { return append(text, a.node.Pointer()...), nil }

// MarshalText returns the pointer: rules see it, and nothing else of an At.
func (a At) MarshalText() ([]byte, error) { return a.AppendText(nil) }

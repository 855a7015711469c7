package facts

import "esaudit/snapshot"

// At is where a value stands in the snapshot: its JSON pointer, which is written
// when somebody reads it. The zero At is nowhere.
type At struct{ node *snapshot.Node }

// String returns the pointer; "" for nowhere.
func (a At) String() string { return a.node.Pointer() }

// AppendText appends the pointer.
func (a At) AppendText(text []byte) ([]byte, error) { return a.node.AppendPointer(text), nil }

// AppendBeside appends the pointer, with what was found for the last one.
func (a At) AppendBeside(text []byte, last *snapshot.Pointers) []byte {
	return last.Append(text, a.node)
}

// MarshalText returns the pointer: rules see it, and nothing else of an At.
func (a At) MarshalText() ([]byte, error) { return a.AppendText(nil) }

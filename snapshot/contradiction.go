package snapshot

// contradiction is the only key of a value that stands for several.
const contradiction = "contradiction"

// NewContradiction returns the value of a field that answers of one kind give
// differently: {"contradiction": [...]}, with what each of them says, once and in
// canonical order. It is none of these values: its text, switch and number are
// not there, and it is no array. The values are taken over.
func NewContradiction(readings ...*Node) *Node {
	return NewObject(map[string]*Node{contradiction: Sorted(readings)})
}

// Readings returns what the answers say of a field that they contradict each
// other in; nil when n is a value like any other.
func (n *Node) Readings() []*Node {
	if n.Kind() != Map || len(n.Keys()) != 1 || n.Keys()[0] != contradiction {
		return nil
	}
	return n.Items()[0].Items()
}

// Contradicted reports whether answers contradict each other in a field.
func (n *Node) Contradicted() bool { return n.Readings() != nil }

// Contradictions counts the fields in a value that answers contradict each other
// in.
func (n *Node) Contradictions() int64 {
	if n.Contradicted() {
		return 1
	}
	var count int64
	for _, kid := range n.Items() {
		count += kid.Contradictions()
	}
	return count
}

// MayBe reports whether one of the readings of a contradicted field is a text.
func (n *Node) MayBe(text string) bool {
	for _, r := range n.Readings() {
		if r.Text() == text {
			return true
		}
	}
	return false
}

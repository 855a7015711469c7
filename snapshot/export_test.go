package snapshot

// Canonical reports whether the text is read line by line.
func (s *Source) Canonical() bool {
	again := &Source{}
	for _, p := range s.parts {
		q := *p
		again.parts = append(again.parts, &q)
	}
	return again.canonical() != nil
}

// Rewritten reports whether a document was read through other text.
func (n *Node) Rewritten() bool { return n.origin() != nil }

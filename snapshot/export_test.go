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

// Learned is what Snapshot.Learned tells, and the digest, of a document that may be no
// snapshot, if it is read as canonical text.
func (s *Source) Learned() (learned string, digest []byte) {
	if _, source, err := s.read(); err == nil && source.canonicalParts() {
		return source.learned(), source.digest()
	}
	return "", nil
}

func (s *Source) canonicalParts() bool {
	for _, p := range s.parts {
		if !p.ok {
			return false
		}
	}
	return true
}

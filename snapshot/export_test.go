package snapshot

import "io"

// ReadPacked is ReadSource of a text that is packed from the beginning.
func ReadPacked(in io.Reader, size int) (*Source, error) { return readSource(in, size, 0) }

// Canonical reports whether the text is read line by line.
func (s *Source) Canonical() bool {
	again := &Source{}
	for _, p := range s.parts {
		q := *p
		again.parts = append(again.parts, &q)
	}
	return again.canonical() != nil
}

package ram

// Truth is the answer to a question of which not everything is known. The zero
// value is Unknown.
type Truth uint8

// The truths.
const (
	Unknown Truth = iota
	No
	Yes
)

func (t Truth) String() string { return [...]string{"unknown", "no", "yes"}[t] }

// not turns a truth around.
func (t Truth) not() Truth {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

// and is Yes when both are, and No when either is.
func (t Truth) and(u Truth) Truth {
	switch {
	case t == No || u == No:
		return No
	case t == Yes && u == Yes:
		return Yes
	}
	return Unknown
}

// or is Yes when either is, and No when both are.
func (t Truth) or(u Truth) Truth { return t.not().and(u.not()).not() }

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

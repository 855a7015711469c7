package machine

// most is how many arguments a call has, besides input and data, whose answer is
// kept; few is how many answers are looked through one by one.
const (
	most = 4
	few  = 16
)

// given are the arguments of a call. The same text or number, or the same made value,
// is the same argument.
type given [most]Value

// answers are what a function gave.
type answers struct {
	list []answer
	rest map[given]Value // those after the first few
}

type answer struct {
	args  given
	value Value
}

func (a *answers) of(args *given) (value Value, known bool) {
	for i := range a.list {
		if a.list[i].args == *args {
			return a.list[i].value, true
		}
	}
	if a.rest != nil {
		value, known = a.rest[*args]
	}
	return value, known
}

// add keeps an answer, and says whether it is the first one.
func (a *answers) add(args given, value Value) bool {
	switch {
	case len(a.list) < few:
		a.list = append(a.list, answer{args, value})
	case a.rest == nil:
		a.rest = map[given]Value{args: value}
	default:
		a.rest[args] = value
	}
	return len(a.list) == 1
}

func (a *answers) forget() {
	clear(a.list)
	a.list, a.rest = a.list[:0], nil
}

package collector

// perAPI is how many requests of one operation are under way in a region, or wait
// for their rate. With the vendor's limits (100 a second) and answers that take up
// to a third of a second, more would only wait for each other.
const perAPI = 32

// queue holds the calls that wait. Each operation in a region has its lane, since
// the vendor limits the rate of each; lanes take turns, so that a long one keeps
// nobody waiting.
type queue struct {
	lanes map[string]*lane
	turns []*lane // with waiting calls
}

type lane struct {
	waiting []*call
	flying  int
	queued  bool // it stands in turns
}

func (q *queue) lane(c *call) *lane {
	key := c.region + " " + c.name()
	if q.lanes == nil {
		q.lanes = map[string]*lane{}
	}
	if q.lanes[key] == nil {
		q.lanes[key] = &lane{}
	}
	return q.lanes[key]
}

// add puts a call at the end of its lane.
func (q *queue) add(c *call) {
	l := q.lane(c)
	l.waiting = append(l.waiting, c)
	q.enqueue(l)
}

// again puts a call with a further page at the head of its lane.
func (q *queue) again(c *call) {
	l := q.lane(c)
	l.waiting = append([]*call{c}, l.waiting...)
	q.enqueue(l)
}

func (q *queue) enqueue(l *lane) {
	if !l.queued {
		l.queued = true
		q.turns = append(q.turns, l)
	}
}

// next returns the call whose turn it is; nil when none may be made now. done
// says that its answer has come.
func (q *queue) next() *call {
	for range len(q.turns) {
		l := q.turns[0]
		q.turns = q.turns[1:]
		if len(l.waiting) == 0 {
			l.queued = false
			continue
		}
		q.turns = append(q.turns, l)
		if l.flying < perAPI {
			c := l.waiting[0]
			l.waiting = l.waiting[1:]
			l.flying++
			return c
		}
	}
	return nil
}

func (q *queue) done(c *call) { q.lane(c).flying-- }

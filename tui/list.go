package tui

// row is what a list shows of one of its things: lines that the cursor stands
// at, under lines that belong to it and that it passes over.
type row struct{ above, lines []string }

func (r row) height() int { return len(r.above) + len(r.lines) }

// list is a cursor in rows of different heights, and the part of them that is
// shown. Everything it does asks for rows that are shown, and a few around.
type list struct {
	cursor int
	top    int // the first row that is shown
	skip   int // how many of its lines are not
}

// move moves the cursor by n rows; within a row that is higher than the screen
// it moves by lines first.
func (l *list) move(by, n, height int, at func(int) row) {
	if n == 0 {
		*l = list{}
		return
	}
	if hidden := at(l.cursor).height() - height; l.top == l.cursor && hidden > 0 {
		if by > 0 && l.skip < hidden {
			l.skip = min(l.skip+by, hidden)
			return
		}
		if by < 0 && l.skip > 0 {
			l.skip = max(l.skip+by, 0)
			return
		}
	}
	l.cursor += by
	l.show(n, height, at)
}

// show makes the row under the cursor visible, and the cursor a row.
func (l *list) show(n, height int, at func(int) row) {
	if n == 0 || height <= 0 {
		*l = list{}
		return
	}
	l.cursor = min(max(l.cursor, 0), n-1)
	l.top = min(max(l.top, 0), n-1)
	if l.cursor < l.top {
		l.top, l.skip = l.cursor, 0
	}
	room := height - at(l.cursor).height()
	if room < 0 { // it is higher than the screen
		if l.top != l.cursor {
			l.top, l.skip = l.cursor, 0
		}
		l.skip = min(l.skip, -room)
		return
	}
	if l.top == l.cursor {
		l.skip = 0
	}
	first := l.cursor // the first row that can be shown whole above the cursor's
	for first > l.top {
		h := at(first - 1).height()
		if h > room {
			break
		}
		room -= h
		first--
	}
	if first > l.top {
		l.top, l.skip = first, 0
	}
	if l.top < l.cursor { // a row above is shown whole or not at all
		l.skip = 0
	}
	for l.top > 0 { // no room is left empty at the end
		if rest := l.below(n, height, at); rest < at(l.top-1).height() {
			return
		}
		l.top--
	}
}

// below is how many lines stay empty under the last row.
func (l *list) below(n, height int, at func(int) row) int {
	for i := l.top; i < n && height > 0; i++ {
		height -= at(i).height()
	}
	return max(height, 0)
}

// drawn is one line of a list on the screen.
type drawn struct {
	text string
	row  int
	here bool // the cursor stands at it
}

// draw returns at most height lines.
func (l *list) draw(n, height int, at func(int) row) []drawn {
	var out []drawn
	skip := l.skip
	for i := l.top; i < n && len(out) < height; i++ {
		r := at(i)
		for j, text := range append(r.above[:len(r.above):len(r.above)], r.lines...) {
			if skip > 0 {
				skip--
				continue
			}
			if len(out) < height {
				out = append(out, drawn{text, i, i == l.cursor && j >= len(r.above)})
			}
		}
	}
	return out
}

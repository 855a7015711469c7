package topology

import (
	"cmp"
	"math"
	"slices"
)

// The measures of a map, in pixels.
const (
	boxWidth    = 212.0
	lineHeight  = 16.0
	boxPadding  = 8.0
	betweenRows = 12.0
	layerStep   = 312.0 // from the left of a layer to that of the next
	sideRoom    = 24.0
	headRoom    = 44.0
	footRoom    = 40.0
	bendHeight  = 4.0
	sweeps      = 16
)

// bendKind is the kind of a bend, which sorts behind every thing.
const bendKind = "~"

// arrange gives every place its room: in the column of its layer, near what it
// is joined with, and no two in the same room.
func (m *Map) arrange() {
	columns := m.columns()
	m.bend(&columns)
	for _, column := range columns {
		y := 0.0
		for _, p := range column {
			if p.height = bendHeight; p.Kind != bendKind {
				p.height = 2*boxPadding + float64(len(p.lines()))*lineHeight
			}
			p.x, p.y = sideRoom+float64(p.Layer)*layerStep+boxWidth/2, y+p.height/2
			y += p.height + betweenRows
		}
	}
	for range sweeps {
		for _, column := range columns {
			order(column)
			settle(column)
		}
		for _, column := range slices.Backward(columns[:]) {
			order(column)
			settle(column)
		}
	}
	top := math.Inf(1)
	for _, p := range slices.Concat(columns[:]...) {
		top = min(top, p.y-p.height/2)
	}
	for _, p := range slices.Concat(columns[:]...) {
		p.y += headRoom - top
	}
}

// bend gives every way that passes a layer a place in it, so that lines do not
// go behind boxes.
func (m *Map) bend(columns *[layers][]*Place) {
	for _, w := range m.Ways {
		a, b := w.From, w.To
		if a.Layer > b.Layer {
			a, b = b, a
		}
		for layer := a.Layer + 1; layer < b.Layer; layer++ {
			p := &Place{Layer: layer, Number: w.From.Number, Kind: bendKind}
			columns[layer] = append(columns[layer], p)
			w.bends = append(w.bends, p)
		}
		row := append(append([]*Place{a}, w.bends...), b)
		for i := 1; i < len(row); i++ {
			row[i-1].beside, row[i].beside = append(row[i-1].beside, row[i]), append(row[i].beside, row[i-1])
		}
	}
}

// columns parts the places by layer, in an order that does not depend on theirs.
func (m *Map) columns() (out [layers][]*Place) {
	for _, p := range m.Places {
		out[p.Layer] = append(out[p.Layer], p)
	}
	for _, column := range out {
		slices.SortFunc(column, func(a, b *Place) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Number, b.Number))
		})
	}
	return out
}

// want is the mean height of what a place is joined with in other layers.
func (p *Place) want() (y, weight float64) {
	sum, n := 0.0, 0.0
	for _, other := range p.beside {
		if other.Layer != p.Layer {
			sum, n = sum+other.y, n+1
		}
	}
	if n == 0 {
		return p.y, 0.01
	}
	return sum / n, 1
}

// order arranges a column by where its places want to be, so that few lines
// cross.
func order(column []*Place) {
	want := map[*Place]float64{}
	for _, p := range column {
		want[p], _ = p.want()
	}
	slices.SortStableFunc(column, func(a, b *Place) int { return cmp.Compare(want[a], want[b]) })
}

// settle moves the places of a column as near as can be to where they want to
// be, in their order and without overlap: the least squares of a monotone
// sequence, by pooling those that would pass each other.
func settle(column []*Place) {
	type pool struct {
		sum, weight float64
		n           int
	}
	var pools []pool
	offset := make([]float64, len(column))
	for i, p := range column {
		if i > 0 {
			offset[i] = offset[i-1] + (column[i-1].height+p.height)/2 + betweenRows
		}
		y, weight := p.want()
		pools = append(pools, pool{(y - offset[i]) * weight, weight, 1})
		for n := len(pools); n > 1 && pools[n-2].sum/pools[n-2].weight > pools[n-1].sum/pools[n-1].weight; n-- {
			a, b := pools[n-2], pools[n-1]
			pools = append(pools[:n-2], pool{a.sum + b.sum, a.weight + b.weight, a.n + b.n})
		}
	}
	i := 0
	for _, p := range pools {
		for range p.n {
			column[i].y = p.sum/p.weight + offset[i]
			i++
		}
	}
}

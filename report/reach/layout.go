package reach

import (
	"cmp"
	"slices"

	"esaudit/graph"
	"esaudit/lang"
)

// spot is a place of a layout: a box, the label of a join, or a bend of one that
// passes a layer.
type spot struct {
	thing *graph.Thing // of a box
	join  *graph.Join  // of a label or bend
	lines []textLine

	width, height float64
	x, y          float64 // the middle
	layer         int
	before, after []*spot
}

// wire is a join as it is drawn: through all of its spots.
type wire struct {
	join  *graph.Join
	spots []*spot
}

// layout places spots in layers, downwards or from left to right.
type layout struct {
	layers   [][]*spot
	wires    []wire
	sideways bool
	texts    *lang.Texts
}

// The room between spots, in pixels.
const (
	betweenLayers = 26.0
	betweenSpots  = 18.0
)

// newLayout places a view's things in layers so that joins lead on, with the
// labels of joins in layers between.
func newLayout(v *graph.View, sideways bool, texts *lang.Texts) (*layout, error) {
	things, err := v.Layers()
	if err != nil {
		return nil, err
	}
	l := &layout{sideways: sideways, texts: texts, layers: make([][]*spot, max(2*len(things)-1, 0))}
	boxes := map[*graph.Thing]*spot{}
	for i, layer := range things {
		for _, t := range layer {
			s := boxSpot(texts, t)
			s.layer = 2 * i
			boxes[t] = s
			l.layers[s.layer] = append(l.layers[s.layer], s)
		}
	}
	for _, j := range v.Joins() {
		from, to := j.Ends()
		l.wire(j, boxes[from], boxes[to])
	}
	l.order()
	l.place()
	return l, nil
}

// wire leads a join through the layers it passes. Its label stands behind where
// it begins, or sideways before where it ends: many sources lead to few ends.
func (l *layout) wire(j *graph.Join, from, to *spot) {
	w := wire{join: j, spots: []*spot{from}}
	labelled := from.layer + 1
	if l.sideways {
		labelled = to.layer - 1
	}
	for layer := from.layer + 1; layer < to.layer; layer++ {
		s := &spot{join: j, layer: layer, width: 2, height: 2}
		if layer == labelled {
			if text := labelLines(l.texts, j); len(text) > 0 {
				s = labelSpot(j, text)
				s.layer = layer
			}
		}
		l.layers[layer] = append(l.layers[layer], s)
		w.spots = append(w.spots, s)
	}
	w.spots = append(w.spots, to)
	for i := 1; i < len(w.spots); i++ {
		a, b := w.spots[i-1], w.spots[i]
		a.after, b.before = append(a.after, b), append(b.before, a)
	}
	l.wires = append(l.wires, w)
}

// sweeps is how often layers are put in the order of their neighbours.
const sweeps = 12

// order arranges the spots of each layer by the mean place of their neighbours,
// so that few lines cross.
func (l *layout) order() {
	rank := map[*spot]float64{}
	number := func(layer []*spot) {
		for i, s := range layer {
			rank[s] = float64(i)
		}
	}
	for _, layer := range l.layers {
		number(layer)
	}
	by := func(layer []*spot, neighbours func(*spot) []*spot) {
		mean := map[*spot]float64{}
		for _, s := range layer {
			mean[s] = average(neighbours(s), func(n *spot) float64 { return rank[n] }, rank[s])
		}
		slices.SortStableFunc(layer, func(a, b *spot) int { return cmp.Compare(mean[a], mean[b]) })
		number(layer)
	}
	for range sweeps {
		for _, layer := range l.layers {
			by(layer, func(s *spot) []*spot { return s.before })
		}
		for _, layer := range slices.Backward(l.layers) {
			by(layer, func(s *spot) []*spot { return s.after })
		}
	}
}

func average(list []*spot, of func(*spot) float64, otherwise float64) float64 {
	if len(list) == 0 {
		return otherwise
	}
	sum := 0.0
	for _, s := range list {
		sum += of(s)
	}
	return sum / float64(len(list))
}

// across is the size of a spot along its layer, along the one through it.
func (l *layout) across(s *spot) float64 {
	if l.sideways {
		return s.height
	}
	return s.width
}

func (l *layout) along(s *spot) float64 {
	if l.sideways {
		return s.width
	}
	return s.height
}

// at is the place of a spot along its layer.
func (l *layout) at(s *spot) *float64 {
	if l.sideways {
		return &s.y
	}
	return &s.x
}

// place gives every spot its place: near its neighbours, and no two in the same
// room.
func (l *layout) place() {
	for _, layer := range l.layers {
		next := 0.0
		for _, s := range layer {
			*l.at(s) = next + l.across(s)/2
			next += l.across(s) + betweenSpots
		}
	}
	for range sweeps {
		for _, layer := range l.layers {
			l.settle(layer, func(s *spot) []*spot { return s.before })
		}
		for _, layer := range slices.Backward(l.layers) {
			l.settle(layer, func(s *spot) []*spot { return s.after })
		}
	}
	for _, layer := range l.layers {
		l.settle(layer, func(s *spot) []*spot { return slices.Concat(s.before, s.after) })
	}
	depth := 0.0
	for _, layer := range l.layers {
		thick := 0.0
		for _, s := range layer {
			thick = max(thick, l.along(s))
		}
		for _, s := range layer {
			if l.sideways {
				s.x = depth + thick/2
			} else {
				s.y = depth + thick/2
			}
		}
		depth += thick + betweenLayers
	}
}

// settle moves the spots of a layer as near as can be to the mean of their
// neighbours, in their order and without overlap: the least squares of a
// monotone sequence, by pooling those that would pass each other.
func (l *layout) settle(layer []*spot, neighbours func(*spot) []*spot) {
	type pool struct {
		sum, n float64
		spots  int
	}
	var pools []pool
	offset := make([]float64, len(layer))
	for i, s := range layer {
		if i > 0 {
			offset[i] = offset[i-1] + (l.across(layer[i-1])+l.across(s))/2 + betweenSpots
		}
		want := average(neighbours(s), func(n *spot) float64 { return *l.at(n) }, *l.at(s)) - offset[i]
		weight := 1.0
		if len(neighbours(s)) == 0 {
			weight = 0.01
		}
		pools = append(pools, pool{want * weight, weight, 1})
		for n := len(pools); n > 1 && pools[n-2].sum/pools[n-2].n > pools[n-1].sum/pools[n-1].n; n-- {
			a, b := pools[n-2], pools[n-1]
			pools = append(pools[:n-2], pool{a.sum + b.sum, a.n + b.n, a.spots + b.spots})
		}
	}
	i := 0
	for _, p := range pools {
		for range p.spots {
			*l.at(layer[i]) = p.sum/p.n + offset[i]
			i++
		}
	}
}

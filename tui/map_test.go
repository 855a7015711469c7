package tui

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestNearestTo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := slices.Sorted(slices.Values(rapid.SliceOfN(rapid.IntRange(0, 50), 1, 8).Draw(t, "list")))
		i := rapid.IntRange(0, 50).Draw(t, "i")
		distance := func(x int) int { return max(x-i, i-x) }
		got := nearestTo(list, i)
		for _, x := range list {
			if distance(x) < distance(got) || distance(x) == distance(got) && x < got {
				t.Fatalf("%d is nearer to %d than %d, or as near and before it", x, i, got)
			}
		}
	})
}

// Where a layer of a map ends, the focus takes the nearest one, of two the left.
func TestFocusTakesTheNearest(t *testing.T) {
	here, line := []Node{{}}, []Node{{Through: true}}
	for name, c := range map[string]struct {
		layers [][]Node
		want   int
	}{
		"its own":             {[][]Node{here, here, here}, 1},
		"left and right":      {[][]Node{here, nil, here}, 0},
		"right":               {[][]Node{nil, nil, here}, 2},
		"a line passes":       {[][]Node{here, line, nil}, 0},
		"right, left is past": {[][]Node{line, nil, here}, 2},
		"none":                {[][]Node{line, nil, line}, -1},
	} {
		v := mapView{column: 1}
		for _, nodes := range c.layers {
			v.picture.Layers = append(v.picture.Layers, Layer{Nodes: nodes})
		}
		if got, _ := v.focus(0); got != c.want {
			t.Errorf("%s: the focus is in column %d, not %d", name, got, c.want)
		}
	}
}

package collector

import (
	"slices"

	"esaudit/snapshot"
)

// alike merges what answers of one kind say of one thing, of which none wins over
// the others: fields that only some of them have are taken, and what they give
// differently becomes a contradiction. The order of the answers changes nothing.
// nil for no answer. The answers are taken over.
func alike(answers []*snapshot.Node) *snapshot.Node {
	if len(answers) == 0 {
		return nil
	}
	sorted := snapshot.Sorted(answers).Items()
	out := sorted[0]
	for _, n := range sorted[1:] {
		out = united(out, n)
	}
	return out
}

// united is what two answers say; null says nothing, but that the field is there.
func united(a, b *snapshot.Node) *snapshot.Node {
	switch {
	case a == nil:
		return b
	case b.Kind() <= snapshot.Null || a.Equal(b):
		return a
	case a.Kind() <= snapshot.Null:
		return b
	case a.Kind() != snapshot.Map || b.Kind() != snapshot.Map || a.Contradicted() || b.Contradicted():
		return contradict(a, b)
	}
	fields := a.Fields()
	for name, n := range b.Fields() {
		if fields[name].Kind() <= snapshot.Null || !isGauge(name) {
			fields[name] = united(fields[name], n)
		}
	}
	return snapshot.NewObject(clones(fields))
}

// isGauge says whether a field tells how much of a node is used at the moment (of
// ListAllNode): two answers that differ in it contradict each other in nothing.
func isGauge(field string) bool {
	return slices.Contains([]string{"cpuPercent", "diskUsedPercent", "heapPercent", "loadOneM"}, field)
}

// contradict joins the readings of two values that differ.
func contradict(a, b *snapshot.Node) *snapshot.Node {
	var readings []*snapshot.Node
	for _, n := range []*snapshot.Node{a, b} {
		for _, reading := range readingsOf(n) {
			if !slices.ContainsFunc(readings, reading.Equal) {
				readings = append(readings, reading.Clone(nil))
			}
		}
	}
	return snapshot.NewContradiction(readings...)
}

// readingsOf are the values that one may stand for.
func readingsOf(n *snapshot.Node) []*snapshot.Node {
	if n.Contradicted() {
		return n.Readings()
	}
	return []*snapshot.Node{n}
}

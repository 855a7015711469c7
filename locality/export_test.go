package locality

import "sync"

// Anew is the same estate in the same parts, as if nothing of it had been known.
func (d *Division) Anew() *Division {
	out := &Division{snapshot: d.snapshot, config: d.config, objects: d.objects, secret: d.secret}
	out.divideAnew(looks.traced)
	numbers := make([]int, len(d.objects))
	for i, o := range d.objects {
		numbers[i] = d.number[o.Node]
	}
	out.Parts, out.directory = nil, 0
	out.place(numbers)
	out.naming = sync.OnceValue(out.again)
	return out
}

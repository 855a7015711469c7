package locality

import (
	"iter"

	"esaudit/config"
	"esaudit/snapshot"
)

// Batches divides an estate as Divide does. It gives the objects of parts, of as many at a
// time as together have a number of objects or more, and the snapshot as if it held these
// only and those that every part may rest on.
func Batches(s *snapshot.Snapshot, c config.Config, size int) iter.Seq[*snapshot.Snapshot] {
	objects := objectsOf(s)
	_, numbers := namesOf(objects, c, looks.of, func(int, said) {}).numbers(objects)
	batches := batched(objects, numbers, size)
	return func(yield func(*snapshot.Snapshot) bool) {
		for i := range batches {
			if !yield(s.Holding(func(kind snapshot.Kind) bool { return !placed(kind) }, batches[i])) {
				return
			}
			batches[i] = nil // nobody asks twice
		}
	}
}

// batched are objects, whose parts have numbers, by batch: parts in their order, as many
// as together have a number of objects or more.
func batched(objects []snapshot.Object, numbers []int, size int) [][]snapshot.Object {
	var sizes []int // of parts
	for _, number := range numbers {
		if number == len(sizes) {
			sizes = append(sizes, 0)
		}
		sizes[number]++
	}
	batch, rooms := make([]int, len(sizes)), []int{0} // of parts; of batches
	for part := range sizes {
		if rooms[len(rooms)-1] >= size {
			rooms = append(rooms, 0)
		}
		batch[part] = len(rooms) - 1
		rooms[len(rooms)-1] += sizes[part]
	}
	batches := make([][]snapshot.Object, len(rooms))
	for i, room := range rooms {
		batches[i] = make([]snapshot.Object, 0, room)
	}
	for i, o := range objects {
		to := &batches[batch[numbers[i]]]
		*to = append(*to, o)
	}
	return batches
}

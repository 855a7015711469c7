package audit

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"

	"esaudit/cache"
	"esaudit/facts"
	"esaudit/snapshot"
)

// ids are the numbers of the parts that are judged, by the ids of what is in them.
func (a *cached) ids(fresh []*entry) map[string]int {
	out := map[string]int{}
	for part, e := range fresh {
		if e == nil || a.division.Parts[part].Directory { // whose names are anybody's
			continue
		}
		for _, o := range a.division.Parts[part].Objects {
			out[o.ID] = part
			for _, e := range endpointsOf(o) {
				out[e] = part
			}
		}
	}
	return out
}

// endpointsOf are the ids of the endpoints of a cluster.
func endpointsOf(o snapshot.Object) []string {
	if o.Kind != snapshot.Cluster {
		return nil
	}
	var out []string
	for _, e := range o.Aspect(snapshot.VPCEndpoints).Items() {
		out = append(out, e.Get("endpointId").Text())
	}
	return out
}

// keep keeps what is known of every part now; made are the subjects that were made,
// asked is what objects were asked for. Where something may join parts that was not
// read, nothing is known of any, but of subjects.
func (a *cached) keep(o Options, made []subject, calls map[int][]mention, asked snapshot.Asked, doubtful bool) error {
	fresh, some := make([]*entry, len(a.entries)), false
	for i, e := range a.entries {
		switch {
		case e == nil:
			fresh[i], some = &entry{named: calls[i]}, true
		case e.kept == "":
			again := *e
			again.subjects = slices.Clip(e.subjects)
			fresh[i], some = &again, true
		case e.own != a.own[i]:
			some = true
		}
	}
	if !some {
		return nil
	}
	asked = a.asked.With(asked)
	if a.keys == nil || writtenAsked(asked) != writtenAsked(a.asked) {
		// What nobody asked for when an answer was found could be anything.
		a.digest(o, asked)
	}
	if err := a.share(made, fresh); err != nil && !doubtful {
		return err
	}
	kept := map[cache.Key]string{askedKey: writtenAsked(asked), objectsKey: a.division.Kept()}
	for i, e := range a.entries {
		if fresh[i] != nil {
			e = fresh[i]
			e.kept = e.written(a.placedIn(i))
		}
		if e.kept != "" {
			key := a.keys[i]
			if doubtful {
				key = sha256.Sum256(append([]byte("of no part "), key[:]...))
			}
			kept[key] = headed(a.instants, a.own[i], e.kept)
		}
	}
	return a.Store.Save(a.name, kept)
}

// share gives the subjects that were made to the entries of their parts. An error says
// of one that it is of none.
func (a *cached) share(subjects []subject, fresh []*entry) (err error) {
	near := a.ids(fresh)
	for _, x := range subjects {
		part, known := near[x.ID]
		switch x.Kind {
		case "account", "region":
			continue
		case "ram-group", "ram-role", "ram-user":
			part, known = a.division.Directory()
		default:
			if !known {
				part, known = a.division.About(x.ID)
			}
		}
		if !known || fresh[part] == nil {
			err = cmp.Or(err, fmt.Errorf("keep answers: %s is of no part", x.ARN))
			continue
		}
		x.TakenAt = facts.Instant{}
		fresh[part].subjects = append(fresh[part].subjects, x)
	}
	return err
}

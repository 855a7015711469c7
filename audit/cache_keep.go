package audit

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"

	"esaudit/cache"
	"esaudit/snapshot"
)

// renewed is an entry that is written anew.
type renewed struct {
	subjects []*subject
	named    []mention
}

// near are the numbers of the parts that subjects are in, by their ids, as far as an
// object has the id that is in a part that is written anew; -1 for the others.
func (a *cached) near(subjects []*subject, fresh []*renewed) map[string]int {
	out := make(map[string]int, len(subjects))
	for _, x := range subjects {
		out[x.ID] = -1
	}
	for part, e := range fresh {
		if e == nil || a.division.Parts[part].Directory { // whose names are anybody's
			continue
		}
		for _, o := range a.division.Parts[part].Objects {
			for _, id := range append(endpointsOf(o), o.ID) {
				if _, asked := out[id]; asked {
					out[id] = part
				}
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

// little is up to which part of the objects is judged again by each run, before what comes of it
// is kept: to write everything anew takes about as long as to judge so many.
const little = 1. / 25

// worth reports whether so much is no longer what it was that it is written anew. What only
// was read at another instant will be so the next time, too.
func (a *cached) worth() bool {
	again := a.changed
	for i, e := range a.entries {
		if e == nil {
			again += len(a.division.Parts[i].Objects)
		}
	}
	return a.division.Fresh || float64(again) > little*float64(a.division.Size())
}

// keep keeps what is known of every part now, where it is worth it; made are the subjects
// that were made, asked is what objects were asked for. Where something may join parts that
// was not read, nothing is known of any, but of subjects.
func (a *cached) keep(o Options, made []*subject, calls map[int][]mention, asked snapshot.Asked, doubtful bool) error {
	fresh, some := make([]*renewed, len(a.entries)), false
	for i, e := range a.entries {
		switch {
		case e == nil:
			fresh[i], some = &renewed{named: calls[i]}, true
		case e.kept == "":
			fresh[i], some = &renewed{pointers(e.subjects), e.named}, true
		case e.own != a.own[i]:
			some = true
		}
	}
	if !some || !a.worth() {
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
	if said, sum := a.division.Said(); said != nil {
		answers := cache.NewAnswers(len(said) + cache.Beside)
		answers.Add(sum, func(b []byte) []byte { return append(b, said...) })
		if err := a.Store.Save(a.saidName(), answers); err != nil {
			return err
		}
	}
	return a.Store.Save(a.name, a.answers(made, fresh, asked, doubtful))
}

// keptObject is about what is kept for each object, in bytes.
const keptObject = 256

// answers is everything that is kept: what is said of accounts and regions, too, as of
// a part that there is not.
func (a *cached) answers(made []*subject, fresh []*renewed, asked snapshot.Asked, doubtful bool) *cache.Answers {
	out := cache.NewAnswers(a.division.Size() * keptObject)
	out.Text(askedKey, writtenAsked(asked))
	out.Add(objectsKey, a.division.AppendKept)
	w := newWriter()
	out.Add(clocksKey, func(b []byte) []byte { return w.clocks(b, a.texts, a.clocks) })
	rest := slices.DeleteFunc(slices.Clone(made), func(x *subject) bool { return x.Kind != "account" && x.Kind != "region" })
	out.Add(restKey, func(b []byte) []byte { return w.entry(appendHead(b, a.instants, ""), rest, nil, nil) })
	for i, e := range a.entries {
		key := a.keys[i]
		if doubtful {
			key = sha256.Sum256(append([]byte("of no part "), key[:]...))
		}
		out.Add(key, func(b []byte) []byte {
			if b = appendHead(b, a.instants, a.own[i]); fresh[i] == nil {
				return append(b, e.kept...)
			}
			return w.entry(b, fresh[i].subjects, fresh[i].named, a.placedIn(i))
		})
	}
	return out
}

// pointers are the pointers to subjects.
func pointers(subjects []subject) []*subject {
	out := make([]*subject, len(subjects))
	for i := range subjects {
		out[i] = &subjects[i]
	}
	return out
}

// share gives the subjects that were made to the entries of their parts. An error says
// of one that it is of none.
func (a *cached) share(subjects []*subject, fresh []*renewed) (err error) {
	near := a.near(subjects, fresh)
	for _, x := range subjects {
		part := near[x.ID]
		known := part >= 0
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
		fresh[part].subjects = append(fresh[part].subjects, x)
	}
	return err
}

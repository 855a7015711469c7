package facts

import (
	"sync"
	"time"

	"esaudit/schedule"
	"esaudit/snapshot"
)

// timetables keeps how long schedules leave no snapshot: many clusters have the
// same. Several goroutines may ask.
type timetables struct {
	lock sync.Mutex
	gaps map[timetable]gap
}

func newTimetables() *timetables { return &timetables{gaps: map[timetable]gap{}} }

// timetable is a schedule of snapshots as an account's clusters have it.
type timetable struct {
	account *snapshot.Account
	cron    string
}

// gap is the longest time that a schedule leaves without a run, in hours, or what is
// wrong with the schedule. It is neither where nobody knows when the account was
// read.
type gap struct {
	hours int
	wrong string
}

// gap is that of a schedule.
func (t *timetables) gap(a *snapshot.Account, cron string) gap {
	key := timetable{a, cron}
	t.lock.Lock()
	g, known := t.gaps[key]
	t.lock.Unlock()
	if !known && !a.TakenAt.IsZero() {
		g = gapOf(a, cron)
		t.lock.Lock()
		defer t.lock.Unlock()
		t.gaps[key] = g
	}
	return g
}

// gapOf works it out, within the year after an account was read.
func gapOf(a *snapshot.Account, cron string) gap {
	plan, err := schedule.Parse(cron)
	if err != nil {
		return gap{wrong: err.Error()}
	}
	from := a.TakenAt
	return gap{hours: int((plan.Longest(from, from.AddDate(1, 0, 0)) + time.Hour - 1) / time.Hour)}
}

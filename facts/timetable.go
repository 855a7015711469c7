package facts

import (
	"time"

	"esaudit/schedule"
	"esaudit/snapshot"
)

// timetable is a schedule of snapshots as an account's clusters have it.
type timetable struct {
	account *snapshot.Account
	cron    string
}

// gap is the longest time that a schedule leaves without a run, in hours.
type gap struct {
	hours int
	err   error
}

// longest is that of a schedule; many clusters have the same.
func (s *surroundings) longest(a *snapshot.Account, cron string) (int, error) {
	key := timetable{a, cron}
	s.lock.Lock()
	g, known := s.gaps[key]
	s.lock.Unlock()
	if !known {
		g.hours, g.err = longest(a, cron)
		s.lock.Lock()
		defer s.lock.Unlock()
		s.gaps[key] = g
	}
	return g.hours, g.err
}

// longest is how many hours a schedule leaves without a run, within the year after
// an account was read.
func longest(a *snapshot.Account, cron string) (int, error) {
	plan, err := schedule.Parse(cron)
	if err != nil {
		return 0, err
	}
	from := a.TakenAt
	return int((plan.Longest(from, from.AddDate(1, 0, 0)) + time.Hour - 1) / time.Hour), nil
}

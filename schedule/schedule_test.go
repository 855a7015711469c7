package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"esaudit/schedule"
)

// A Sunday.
func start() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }

func TestLongest(t *testing.T) {
	until := start().AddDate(1, 0, 0)
	const day = 24 * time.Hour
	for expression, want := range map[string]time.Duration{
		"0 0 01 ? * * *":          day,
		" 0  0 1 * * ? ":          day,
		"0 0 1 ? * mon":           7 * day,
		"0 0 1 ? * 2":             7 * day,
		"0 0 1 ? * 1 *":           7 * day,
		"0 0 1 ? * MON-FRI":       3 * day,
		"0 0 1 ? * FRI-MON":       4 * day,
		"0 0 1 ? * SUN,WED":       4 * day,
		"0 0 0/6 ? * *":           6 * time.Hour,
		"0 0 22-2 ? * *":          20 * time.Hour,
		"0 30 * ? * *":            time.Hour,
		"* * * ? * *":             time.Second,
		"0 0 1,13 ? * *":          12 * time.Hour,
		"0 0 1 1,8,15,22,29 * ?":  7 * day,
		"0 0 1 1,11,21 * ?":       11 * day,
		"0 0 1 1/7 * ?":           7 * day,
		"0 0 1 L * ?":             31 * day,
		"0 0 1 L-3 * ?":           31 * day,
		"0 0 1 ? * 6L":            35 * day,
		"0 0 1 ? * L":             7 * day,
		"0 0 1 ? * 2#1":           35 * day,
		"0 0 0 29 2 ?":            365 * day,
		"0 0 0 30 2 ?":            365 * day,
		"0 0 0 ? 2 2#5 2027":      365 * day,
		"0 0 0 31W 2 ?":           365 * day,
		"0 0 1 ? * * 2020":        365 * day,
		"0 0 1 ? * * 2020-2030":   day,
		"0 0 1 ? * * 2027/1":      40*day + time.Hour,
		"0 0 0 ? DEC-FEB *":       267 * day,
		"0 0 0 ? * * 2026,2027/2": day,
	} {
		s, err := schedule.Parse(expression)
		if err != nil {
			t.Errorf("%q: %v", expression, err)
			continue
		}
		if got := s.Longest(start(), until); got != want {
			t.Errorf("%q runs every %v at the latest, want %v", expression, got, want)
		}
	}
}

func TestNoExpression(t *testing.T) {
	for _, text := range []string{
		"", "daily", "@daily", "0 1 * * *", "0 0 1 * * *", "0 0 1 ? * ?", "0 0 1 15 * MON", "0 0 25 ? * *", "60 0 0 ? * *", "0 0 1 ? * 0",
		"0 0 1 ? * 8", "0 0 1 0 * ?", "0 0 1 32 * ?", "0 0 1 ? 13 *", "0 0 1 ? * 2#6", "0 0 1 ? * 2#", "0 0 1 LL * ?", "0 0 1 L3 * ?", "0 0 1 W * ?",
		"0 0 1 ? * * 1900", "0/0 0 1 ? * *", "0 0 */-1 ? * *", "0 0 1, ? * *", "a b c ? * *", "0 0 1 1L * ?", "0 0 1 ? * L-3", "0 0 1 ? * * * *",
		"0 0 1 ? * * 99999999999999999999", "０ 0 0 ? * *", "0 0 1 1/40 * ?",
	} {
		if s, err := schedule.Parse(text); err == nil {
			t.Errorf("%q is taken for an expression that runs every %v", text, s.Longest(start(), start().AddDate(1, 0, 0)))
		}
	}
}

// 15W: the weekday nearest to the 15th, never in another month.
func TestNearestWeekday(t *testing.T) {
	for expression, want := range map[string]string{
		"0 0 1 15W 11 ? 2026": "2026-11-16", // a Sunday
		"0 0 1 1W 8 ? 2026":   "2026-08-03", // a Saturday, the first
		"0 0 1 31W 5 ? 2026":  "2026-05-29", // a Sunday, the last
		"0 0 1 LW 2 ? 2026":   "2026-02-27", // a Saturday
		"0 0 1 10W 11 ? 2026": "2026-11-10",
	} {
		s, err := schedule.Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		var days []string
		for day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2026; day = day.AddDate(0, 0, 1) {
			if s.On(day) {
				days = append(days, day.Format(time.DateOnly))
			}
		}
		if fmt.Sprint(days) != fmt.Sprint([]string{want}) {
			t.Errorf("%s runs on %v, want %s", expression, days, want)
		}
	}
}

// Whatever an expression is, the longest time without a run lies within the
// span, and nothing panics.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0 0 01 ? * * *", "* * * L-3W 1/2 ?", "0 0 1 ? FEB 6#3 2027", "0-59/7 0 23-1 ? * SAT-MON"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := schedule.Parse(text)
		if err != nil {
			return
		}
		until := start().AddDate(1, 0, 0)
		if got := s.Longest(start(), until); got <= 0 || got > until.Sub(start()) {
			t.Fatalf("%q: %v", text, got)
		}
	})
}

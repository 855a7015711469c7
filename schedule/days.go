package schedule

import (
	"fmt"
	"strings"
	"time"
)

// daysOfMonth reads the field of the day of the month.
func daysOfMonth(text string) (func(time.Time) bool, error) {
	f := field{"day of the month", 1, 31, nil}
	rest, fromLast := strings.CutPrefix(text, "L")
	rest, nearest := strings.CutSuffix(rest, "W")
	switch {
	case fromLast:
		back := 0
		if rest != "" {
			n, err := f.number(strings.TrimPrefix(rest, "-"))
			if err != nil || n > 30 || !strings.HasPrefix(rest, "-") {
				return nil, fmt.Errorf("%s: %q is not understood", f.name, text)
			}
			back = n
		}
		return func(t time.Time) bool { return t.Day() == onWeekday(t, lastDay(t)-back, nearest) }, nil
	case nearest:
		n, err := f.value(rest)
		return func(t time.Time) bool { return t.Day() == onWeekday(t, n, true) }, err
	}
	days, err := f.parse(text)
	return func(t time.Time) bool { return days.has(t.Day()) }, err
}

// onWeekday is a day of t's month or, when the nearest weekday is asked for,
// the one that is nearest to it within the month. 0 is none.
func onWeekday(t time.Time, day int, nearest bool) int {
	last := lastDay(t)
	if day < 1 || day > last {
		return 0
	}
	if !nearest {
		return day
	}
	switch weekday := time.Date(t.Year(), t.Month(), day, 0, 0, 0, 0, time.UTC).Weekday(); {
	case weekday == time.Saturday && day == 1:
		return day + 2
	case weekday == time.Saturday:
		return day - 1
	case weekday == time.Sunday && day == last:
		return day - 2
	case weekday == time.Sunday:
		return day + 1
	}
	return day
}

func lastDay(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// daysOfWeek reads the field of the day of the week; 1 is Sunday.
func daysOfWeek(text string) (func(time.Time) bool, error) {
	f := field{"day of the week", 1, 7, dayNames()}
	if text == "L" {
		text = "7"
	}
	if day, ok := strings.CutSuffix(text, "L"); ok {
		n, err := f.value(day)
		return func(t time.Time) bool { return weekday(t) == n && t.Day()+7 > lastDay(t) }, err
	}
	if day, which, ok := strings.Cut(text, "#"); ok {
		n, err := f.value(day)
		k, bad := f.number(which)
		if err == nil && (bad != nil || k < 1 || k > 5) {
			err = fmt.Errorf("%s: %q is not between 1 and 5", f.name, which)
		}
		return func(t time.Time) bool { return weekday(t) == n && (t.Day()-1)/7+1 == k }, err
	}
	days, err := f.parse(text)
	return func(t time.Time) bool { return days.has(weekday(t)) }, err
}

func weekday(t time.Time) int { return int(t.Weekday()) + 1 }

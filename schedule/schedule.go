package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Schedule is an expression that was read. The zero Schedule never runs.
type Schedule struct {
	times  []time.Duration // of a day with runs: its first and its last run, and the longest time between
	months set
	years  set // none: every year
	days   func(time.Time) bool
}

// Parse reads an expression. The error says which field cannot be read.
func Parse(expression string) (Schedule, error) {
	words := strings.Fields(strings.ToUpper(expression))
	if len(words) != 6 && len(words) != 7 {
		return Schedule{}, fmt.Errorf("%q has %d fields, not 6 or 7", expression, len(words))
	}
	if (words[3] == "?") == (words[5] == "?") {
		return Schedule{}, fmt.Errorf("%q does not have ? for exactly one of the day of the month and the day of the week", expression)
	}
	var s Schedule
	var parts [3]set
	for i, f := range []field{{"seconds", 0, 59, nil}, {"minutes", 0, 59, nil}, {"hours", 0, 23, nil}} {
		var err error
		if parts[i], err = f.parse(words[i]); err != nil {
			return Schedule{}, err
		}
	}
	s.times = timesOf(parts[2], parts[1], parts[0])
	var err error
	if s.months, err = (field{"month", 1, 12, monthNames()}).parse(words[4]); err != nil {
		return Schedule{}, err
	}
	if len(words) == 7 {
		if s.years, err = (field{"year", 1970, 2199, nil}).parse(words[6]); err != nil {
			return Schedule{}, err
		}
	}
	if words[5] == "?" {
		s.days, err = daysOfMonth(words[3])
	} else {
		s.days, err = daysOfWeek(words[5])
	}
	return s, err
}

// timesOf gives the first and the last run of a day, and the longest time
// between two of its runs.
func timesOf(hours, minutes, seconds set) []time.Duration {
	at := func(h, m, s int) time.Duration {
		return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
	}
	first, last := at(hours[0], minutes[0], seconds[0]), at(hours[len(hours)-1], minutes[len(minutes)-1], seconds[len(seconds)-1])
	longest, previous := time.Duration(0), first
	for _, h := range hours {
		for _, m := range minutes {
			longest = max(longest, at(h, m, seconds[0])-previous)
			for i, s := range seconds {
				if i > 0 {
					longest = max(longest, time.Duration(s-seconds[i-1])*time.Second)
				}
			}
			previous = at(h, m, seconds[len(seconds)-1])
		}
	}
	return []time.Duration{first, last, longest}
}

// On reports whether there is a run on the day of t, in UTC.
func (s Schedule) On(t time.Time) bool {
	t = t.UTC()
	return s.days != nil && s.months.has(int(t.Month())) && (s.years == nil || s.years.has(t.Year())) && s.days(t)
}

// Longest returns the longest time without a run between two instants; the
// whole of it when there is none.
func (s Schedule) Longest(from, until time.Time) time.Duration {
	from, until = from.UTC(), until.UTC()
	longest, previous := time.Duration(0), from
	for day := midnight(from); day.Before(until); day = day.AddDate(0, 0, 1) {
		if !s.On(day) {
			continue
		}
		first, last := day.Add(s.times[0]), day.Add(s.times[1])
		if first.After(previous) {
			longest = max(longest, min(first.Sub(previous), until.Sub(previous)))
		}
		if s.times[2] > 0 && !first.Before(from) && !last.After(until) {
			longest = max(longest, s.times[2])
		}
		if last.After(previous) {
			previous = last
		}
	}
	return max(longest, until.Sub(previous))
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// set is a sorted list of numbers.
type set []int

func (s set) has(n int) bool {
	_, found := slices.BinarySearch(s, n)
	return found
}

// field is one of an expression's fields: its name, its range, and names that
// stand for numbers.
type field struct {
	name     string
	low      int
	high     int
	synonyms []string // of low, low+1, ...
}

func monthNames() []string {
	return []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
}

func dayNames() []string { return []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"} }

// parse reads a list of values, ranges and increments.
func (f field) parse(text string) (set, error) {
	var out set
	for item := range strings.SplitSeq(text, ",") {
		body, step, stepped := strings.Cut(item, "/")
		by := 1
		if stepped {
			n, err := f.number(step)
			if err != nil || n < 1 || n > f.high {
				return nil, fmt.Errorf("%s: %q is no increment", f.name, step)
			}
			by = n
		}
		from, to, err := f.bounds(body, stepped)
		if err != nil {
			return nil, err
		}
		if to < from { // wraps
			to += f.high - f.low + 1
		}
		for n := from; n <= to; n += by {
			out = append(out, (n-f.low)%(f.high-f.low+1)+f.low)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// bounds reads "*", "a", "a-b"; "a" with an increment goes on to the end.
func (f field) bounds(text string, open bool) (from, to int, err error) {
	if text == "*" {
		return f.low, f.high, nil
	}
	first, second, ranged := strings.Cut(text, "-")
	if from, err = f.value(first); err != nil {
		return 0, 0, err
	}
	switch {
	case ranged:
		to, err = f.value(second)
	case open:
		to = f.high
	default:
		to = from
	}
	return from, to, err
}

// value reads a number or a name within the field's range.
func (f field) value(text string) (int, error) {
	if i := slices.Index(f.synonyms, text); i >= 0 {
		return f.low + i, nil
	}
	n, err := f.number(text)
	if err != nil || n < f.low || n > f.high {
		return 0, fmt.Errorf("%s: %q is not between %d and %d", f.name, text, f.low, f.high)
	}
	return n, nil
}

// number reads decimal digits.
func (f field) number(text string) (int, error) {
	if n, err := strconv.ParseUint(text, 10, 16); err == nil {
		return int(n), nil
	}
	return 0, fmt.Errorf("%s: %q is no number", f.name, text)
}

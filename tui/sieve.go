package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"
)

// sieve is a list that is filtered by a text.
type sieve struct {
	words   string
	list    []int // what the words find, by number; nothing while they are ""
	looking bool  // for it
}

// found is an answer to a search; one to an older text is dropped.
type found struct {
	words string
	list  []int
	at    int // the row of the thing that the cursor is to stay with; -1 for none
}

func (s sieve) searched() string { return s.words }

// of is how many of n things are let through.
func (s sieve) of(n int) int {
	if s.words == "" {
		return n
	}
	return len(s.list)
}

// rows is how many rows n things have that rules tell of: none until these were
// applied, and without a thing one that says so.
func (s sieve) rows(e env, n int) int {
	switch {
	case !e.estate.About().Judged:
		return 0
	case n == 0:
		return 1
	}
	return s.of(n)
}

// none says why there is no row of such things.
func (s sieve) none(e env) string {
	switch {
	case !e.estate.About().Judged:
		return e.texts.NotJudged
	case s.looking:
		return ""
	}
	return e.texts.NoMatch
}

// at is the number of the thing in a row.
func (s sieve) at(i int) int {
	if s.words == "" {
		return i
	}
	return s.list[i]
}

// look looks for a text; the cursor stays with a thing, by its number then; -1 for
// none.
func (s sieve) look(e env, id int, words string, stay func() int, search func(context.Context, string) ([]int, error)) (sieve, tea.Cmd) {
	s = sieve{words: words, looking: words != ""}
	if words == "" {
		return s, nil
	}
	return s, fetch(id, func() any {
		list, err := search(e.ctx, words)
		if err != nil {
			return nil
		}
		return found{words, list, slices.Index(list, stay())}
	})
}

// nowhere is where the cursor stays with nothing.
func nowhere() int { return -1 }

// take takes an answer in.
func (s sieve) take(value any) (sieve, outcome) {
	if f, ok := value.(found); ok && f.words == s.words {
		s.list, s.looking = f.list, false
		return s, outcome{jump: f.at >= 0, to: f.at}
	}
	return s, outcome{stay: true}
}

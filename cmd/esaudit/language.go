package main

import (
	"cmp"
	"strings"

	"esaudit/lang"
)

// texts are those of the language that a destination speaks: the one that was
// asked for, else that of the locale for a table on a terminal (CONTRACT 5). nil
// is English.
func (a *app) texts(d destination) (*lang.Texts, error) {
	_, terminal := a.terminal(d)
	return lang.Of(a.language(d.format == "table" && terminal))
}

// textsOf are the texts of the first destination that speaks another language
// than English.
func (a *app) textsOf(list []destination) (*lang.Texts, error) {
	for _, d := range list {
		if t, err := a.texts(d); t != nil || err != nil {
			return t, err
		}
	}
	return nil, nil
}

// language is the language of a text: the locale decides only where nobody asked
// for one, and where it can show its letters.
func (a *app) language(localised bool) string {
	if a.lang.value != "" || !localised || !a.speaksUnicode() {
		return cmp.Or(a.lang.value, lang.English)
	}
	// POSIX: the first of these that is set decides.
	locale := cmp.Or(a.getenv("LC_ALL"), a.getenv("LC_MESSAGES"), a.getenv("LANG"))
	for _, language := range lang.Languages() {
		if rest, ok := strings.CutPrefix(strings.ToLower(locale), language); ok && (rest == "" || strings.ContainsRune("_-.@", rune(rest[0]))) {
			return language
		}
	}
	return lang.English
}

// onScreen writes for the screen of a destination, in its language.
func (a *app) onScreen(d destination, write func(screen) ([]byte, error)) ([]byte, error) {
	s := a.screenFor(d)
	var err error
	if s.texts, err = a.texts(d); err != nil {
		return nil, err
	}
	return write(s)
}

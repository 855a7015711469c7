package policies

import (
	"bytes"
	"slices"
)

// OfInstant returns the ids of the selected rules that read when an account was
// read (taken_at): they may say something else of the same facts at another
// instant. A library that reads it makes it all rules.
func (sel Selection) OfInstant() ([]string, error) {
	every, modules, err := known(sel.User, nil)
	if err != nil {
		return nil, err
	}
	rules, err := sel.pick(every)
	if err != nil {
		return nil, err
	}
	readers, err := readersOf(modules, "taken_at")
	if err != nil {
		return nil, err
	}
	library := slices.ContainsFunc(readers, func(file string) bool {
		return !slices.ContainsFunc(every, func(r rule) bool { return r.file == file })
	})
	var out []string
	for _, r := range rules {
		if library || slices.Contains(readers, r.file) {
			out = append(out, r.ID)
		}
	}
	return out, nil
}

// readersOf are the files with a word, among modules or, without any, the built-in
// ones.
func readersOf(modules []module, word string) (files []string, err error) {
	add := func(file string, text []byte) error {
		if bytes.Contains(text, []byte(word)) {
			files = append(files, file)
		}
		return nil
	}
	if modules == nil {
		err = eachFile(builtin, add)
		return files, err
	}
	for _, m := range modules {
		if err := add(m.file, []byte(m.source)); err != nil {
			return nil, err
		}
	}
	return files, nil
}

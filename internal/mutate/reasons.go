package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// parseReasons reads why mutants may survive: a line with the mutant's name,
// and under it, indented, the reason. Lines that begin with # are comments.
func parseReasons(text string) (map[string]string, error) {
	reasons := map[string]string{}
	name, number := "", 0
	for line := range strings.Lines(text) {
		number++
		reason := strings.TrimSpace(line)
		switch {
		case reason == "" || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t"):
			if name != "" && reasons[name] == "" {
				return nil, fmt.Errorf("line %d: %s has no reason", number, name)
			}
			name = reason
			if _, twice := reasons[name]; twice {
				return nil, fmt.Errorf("line %d: %s stands there twice", number, name)
			}
			reasons[name] = ""
		case name == "":
			return nil, fmt.Errorf("line %d: a reason without a mutant", number)
		default:
			reasons[name] = strings.TrimSpace(reasons[name] + " " + reason)
		}
	}
	if name != "" && reasons[name] == "" {
		return nil, fmt.Errorf("line %d: %s has no reason", number, name)
	}
	return reasons, nil
}

// tell prints what came of it, and whether that is good enough.
func tell(out io.Writer, total int, survivors []mutant, reasons map[string]string) bool {
	good := true
	open := maps.Clone(reasons)
	for _, m := range survivors {
		reason, known := reasons[m.name]
		delete(open, m.name)
		if !known {
			good = false
			reason = "NO REASON"
		}
		fmt.Fprintf(out, "%s\n    %s\n", m.name, reason)
	}
	for _, name := range slices.Sorted(maps.Keys(open)) {
		fmt.Fprintf(out, "a reason for one that does not survive, or was not run: %s\n", name)
	}
	if total == 0 {
		fmt.Fprintln(out, "no mutants")
		return false
	}
	fmt.Fprintf(out, "%d of %d mutants survive: %.1f percent, at most %d may\n", len(survivors), total, 100*float64(len(survivors))/float64(total), most)
	return good && len(survivors)*100 <= most*total
}

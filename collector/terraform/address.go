package terraform

import "strings"

// address is an address of a resource in its parts:
// module.net["a"].alicloud_vpc.main[0].
type address struct {
	modules string // the names of the modules: net
	path    string // the same with keys: module.net["a"]; "" for the root
	key     string // of the instance, with its brackets: [0]; "" for none
}

// readAddress reads an address. Keys are kept as they are written: an address and
// a reference write them alike.
func readAddress(text string) address {
	var a address
	var names []string
	rest := text
	for strings.HasPrefix(rest, "module.") {
		name, after := cutName(rest[len("module."):])
		if after == "" {
			break
		}
		names, rest = append(names, name), after
		if rest[0] == '[' {
			rest = rest[closing(rest):]
		}
		a.path, rest = text[:len(text)-len(rest)], strings.TrimPrefix(rest, ".")
	}
	a.modules = strings.Join(names, ".")
	if at := strings.IndexByte(rest, '['); at >= 0 {
		a.key = rest[at : at+closing(rest[at:])]
	}
	return a
}

// cutName cuts a text behind the name it begins with.
func cutName(text string) (name, rest string) {
	if end := strings.IndexAny(text, ".["); end >= 0 {
		return text[:end], text[end:]
	}
	return text, ""
}

// closing returns the offset behind the bracket that a text begins with.
func closing(text string) int {
	quoted := false
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ']' && !quoted:
			return i + 1
		}
	}
	return len(text)
}

// steps are the names and keys of a reference: module, net, ["a"], vpc_id.
func steps(ref string) []string {
	var out []string
	for ref != "" {
		if ref[0] == '[' {
			end := closing(ref)
			out, ref = append(out, ref[:end]), ref[end:]
			continue
		}
		name, rest := cutName(strings.TrimPrefix(ref, "."))
		out, ref = append(out, name), rest
	}
	return out
}

// isKey reports whether a step is a key of count or for_each.
func isKey(step string) bool { return strings.HasPrefix(step, "[") }

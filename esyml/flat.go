package esyml

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Entry is one value of the settings under its full key. No entry holds a
// secret: what a secret's key holds, and user:password@ in any value, is
// replaced by "[redacted]", whatever the snapshot shows.
type Entry struct {
	Key   string
	Kind  snapshot.NodeKind // String, Number, Bool or Array
	Text  string            // as written; of an Array its elements with commas
	Items []string          // read as a list, see List; never nil
	Node  *snapshot.Node
}

// Entries returns the settings as a flat list, in the order of their keys.
func (s Settings) Entries() []Entry {
	out := make([]Entry, 0, len(s.all))
	var items []Item
	for _, x := range s.all {
		items = appendItems(items[:0], x.node)
		e := Entry{Key: x.key, Kind: x.node.Kind(), Text: x.node.Text(), Items: make([]string, len(items)), Node: x.node}
		for i, item := range items {
			e.Items[i] = masked(x.key, item.Text)
		}
		if e.Kind == snapshot.Array {
			e.Text = strings.Join(e.Items, ",")
		}
		e.Text = masked(x.key, e.Text)
		out = append(out, e)
	}
	return out
}

// masked is a value without its secrets.
func masked(key, text string) string {
	if text != "" && isSecret(key) {
		return redacted
	}
	if !strings.Contains(text, "@") {
		return text
	}
	var out strings.Builder
	for text != "" {
		end := strings.IndexAny(text, " ,;\t\n\"'")
		word, gap := text, ""
		if end >= 0 {
			word, gap = text[:end], text[end:end+1]
		}
		text = text[len(word)+len(gap):]
		out.WriteString(withoutUser(word) + gap)
	}
	return out.String()
}

// withoutUser replaces user:password in front of the last @ of a word.
func withoutUser(word string) string {
	at := strings.LastIndexByte(word, '@')
	if at < 0 {
		return word
	}
	start := 0
	if i := strings.Index(word[:at], "://"); i >= 0 {
		start = i + len("://")
	}
	if !strings.Contains(word[start:at], ":") {
		return word
	}
	return word[:start] + redacted + word[at:]
}

// isSecret reports whether a key's value is a secret: the last part of its name
// is one of the words of rule ES-XPK-011, or ends in one behind "_".
func isSecret(key string) bool {
	_, last, _ := cutLast(strings.ToLower(key))
	return slices.ContainsFunc([]string{
		"password", "passwd", "passphrase", "secret", "secret_key", "private_key", "client_secret", "bind_password", "api_key", "access_key", "token",
	}, func(word string) bool {
		rest, is := strings.CutSuffix(last, word)
		return is && (rest == "" || strings.HasSuffix(rest, "_"))
	})
}

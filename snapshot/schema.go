package snapshot

import (
	"fmt"
	"strconv"
	"strings"
)

// SchemaError says which esaudit reads a document of another version of its
// schema: got is what it names itself ("esaudit.plan/v2"), want the one version
// that is read here. What is not of the same family at all is told apart by the
// caller.
func SchemaError(got, want string) error {
	reader := "no esaudit"
	if n, ok := schemaVersion(got); ok {
		reader = "an older esaudit"
		if own, _ := schemaVersion(want); n > own {
			reader = "a newer esaudit"
		}
	}
	return fmt.Errorf("schema %q: this version reads %q; %s reads it", got, want, reader)
}

// schemaVersion is 2 of "esaudit.plan/v2".
func schemaVersion(schema string) (int, bool) {
	_, text, _ := strings.Cut(schema, "/v")
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0
}

package audit

import (
	"encoding/json"
	"fmt"

	"esaudit/cache"
	"esaudit/snapshot"
)

// Where it is kept what objects were asked for when answers were found, and what is
// known of them.
var (
	askedKey   = cache.Key([]byte("what objects were asked for      "[:32]))
	clocksKey  = cache.Key([]byte("clocks of parts                 "[:32]))
	restKey    = cache.Key([]byte("what is said of no part         "[:32]))
	objectsKey = cache.Key([]byte("what is known of objects         "[:32]))
)

// writtenAsked is what objects were asked for, as it is kept: the same for the same.
func writtenAsked(a snapshot.Asked) string {
	text, err := json.Marshal(a) // keys of maps are sorted
	if err != nil {
		panic(fmt.Sprintf("audit: what was asked for cannot be written: %v", err))
	}
	return string(text)
}

// readAsked reads what writtenAsked wrote.
func readAsked(text string) (a snapshot.Asked, err error) {
	err = json.Unmarshal([]byte(text), &a)
	return a, err
}

package diff

import "time"

// HistorySchema is the version of a History.
const HistorySchema = "esaudit.history/v1"

// History is how reachability changed over dated snapshots (esaudit.history/v1).
// Lists are never null.
type History struct {
	Schema    string   `json:"schema"`
	Snapshots []Moment `json:"snapshots"` // by their instant
	Steps     []Step   `json:"steps"`     // from each to the next, where something changed
}

// Moment is one snapshot. Its instant is the latest of its accounts'.
type Moment struct {
	File    string    `json:"file"`
	TakenAt time.Time `json:"takenAt"`
	Digest  string    `json:"digest"`
}

// Step is what changed between two snapshots: each path of gained appeared, each
// of lost went, after From and at the latest at To.
type Step struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Gained  []Change  `json:"gained"`
	Lost    []Change  `json:"lost"`
	Unclear []Change  `json:"unclear"`
}

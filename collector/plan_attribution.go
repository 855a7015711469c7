package collector

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"esaudit/snapshot"
)

// eventDays is how far back events are asked for: ActionTrail keeps those of the
// last 90 days, and refuses a request for older ones.
const eventDays = 89

// planAttribution lists the calls of Options.Attribution: who changed what, and
// when. Events of a region are asked for in one list, the latest first, whatever
// the service, because the names that services have in events are not documented
// for all of them.
func planAttribution() []step {
	events := inEach("LookupEvents", tokens(50)).with(map[string]string{
		"LookupAttribute.1.Key": "EventRW", "LookupAttribute.1.Value": "Write", "Direction": "BACKWARD",
	})
	events.since = "StartTime"
	return slices.Concat(
		// No total, no documented size but the default: as with ListVpcEndpoints.
		stepsOf("elasticsearch", forEach("ListActionRecords", plainPage(10), by("elasticsearch.ListInstance", "InstanceId=instanceId"))),
		stepsOf("actiontrail", events),
	)
}

// AttributionReads returns the operations that Options.Attribution adds to Reads.
func AttributionReads() []snapshot.Call {
	var out []snapshot.Call
	for _, s := range planAttribution() {
		out = append(out, snapshot.Call{Product: s.product, Operation: s.operation})
	}
	slices.SortFunc(out, func(a, b snapshot.Call) int { return cmp.Compare(a.Product, b.Product) })
	return out
}

// dated adds the day from which a step asks, by the API's clock. Days, so that a
// run that is resumed asks for the same.
func (r *run) dated(s *step, params map[string]string) map[string]string {
	if s.since == "" || r.head.TakenAt.IsZero() {
		return params
	}
	params = maps.Clone(params)
	params[s.since] = r.head.TakenAt.AddDate(0, 0, -eventDays).Truncate(24 * time.Hour).Format(time.RFC3339)
	return params
}

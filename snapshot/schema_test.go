package snapshot_test

import (
	"testing"

	"esaudit/snapshot"
)

func TestSchemaError(t *testing.T) {
	for got, want := range map[string]string{
		"esaudit.plan/v3":  `schema "esaudit.plan/v3": this version reads "esaudit.plan/v2"; a newer esaudit reads it`,
		"esaudit.plan/v1":  `schema "esaudit.plan/v1": this version reads "esaudit.plan/v2"; an older esaudit reads it`,
		"esaudit.plan/v":   `schema "esaudit.plan/v": this version reads "esaudit.plan/v2"; no esaudit reads it`,
		"esaudit.plan/v-1": `schema "esaudit.plan/v-1": this version reads "esaudit.plan/v2"; no esaudit reads it`,
		"esaudit.plan/2":   `schema "esaudit.plan/2": this version reads "esaudit.plan/v2"; no esaudit reads it`,
	} {
		if said := snapshot.SchemaError(got, "esaudit.plan/v2").Error(); said != want {
			t.Errorf("%s: %s", got, said)
		}
	}
}

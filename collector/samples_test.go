package collector_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/snapshot"
)

const samples = "testdata/samples"

// sample is a row of the table of samples: what comes of a body that the vendor
// published.
type sample struct {
	file    string
	outcome string // "read", "refused: why", or why nothing reads it
	objects string // what came of it: kind/aspect and ids
}

func sampleTable(t *testing.T) []sample {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(samples, "table.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []sample
	for _, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := append(strings.Split(line, " | "), "", "")
		rows = append(rows, sample{cells[0], cells[1], cells[2]})
	}
	return rows
}

// Every answer that the vendor published is read, or refused for a reason that
// names the field; the table of samples says which, and what came of it.
func TestSamples(t *testing.T) {
	ops := map[string]collector.Op{}
	for _, op := range collector.Catalogue() {
		ops[op.Product+"/"+op.Operation] = op
	}
	table := sampleTable(t)
	for _, row := range table {
		operation, _, _ := strings.Cut(row.file, ".")
		op, catalogued := ops[operation]
		if !catalogued {
			if !strings.HasPrefix(row.outcome, "not read: ") {
				t.Errorf("%s: %q, but the catalogue has no such operation", row.file, row.outcome)
			}
			continue
		}
		body, err := os.ReadFile(filepath.Join(samples, row.file))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := sampled(t, op, row.file, body); got != row {
			t.Errorf("the table's row is\n%s | %s | %s\nnot\n%s | %s | %s", got.file, got.outcome, got.objects, row.file, row.outcome, row.objects)
		}
	}
	everySampleIsInTheTable(t, table)
}

// sampled is what comes of a sample, asked for like a collector would.
func sampled(t *testing.T, op collector.Op, file string, body []byte) sample {
	t.Helper()
	request, subject := ask(op)
	s := snapshotOf(t, api.Answer{Request: request, Status: 200, Body: body})
	outcome := outcome(s.Accounts()[0], op.Product+"."+op.Operation, subject)
	if outcome != "read" {
		outcome = "refused, " + outcome
	}
	return sample{file, outcome, objectsOf(s.Root().Resolve("/accounts/0/objects"))}
}

// objectsOf lists the objects of a snapshot, each with what is known of it.
func objectsOf(objects *snapshot.Node) string {
	var out []string
	for i, kind := range objects.Keys() {
		for _, region := range objects.Items()[i].Items() {
			for j, id := range region.Keys() {
				var parts []string
				for k, part := range region.Items()[j].Keys() {
					if n := region.Items()[j].Items()[k]; part != "attributes" || len(n.Keys()) > 0 {
						parts = append(parts, part)
					}
				}
				out = append(out, kind+" "+id+" ("+strings.Join(parts, ", ")+")")
			}
		}
	}
	return strings.Join(out, "; ")
}

// everySampleIsInTheTable looks at the folder the samples were taken from, where
// it stands beside the checkout.
func everySampleIsInTheTable(t *testing.T, table []sample) {
	t.Helper()
	for _, root := range []string{samples, "../../shared/samples"} {
		found, err := filepath.Glob(filepath.Join(root, "*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			file, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(table, func(row sample) bool { return row.file == filepath.ToSlash(file) }) {
				t.Errorf("%s is not in the table of samples", path)
			}
		}
	}
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"esaudit/snapshot"
)

// What is written account by account is the canonical text of the organisation.
func TestAccountsAreCanonical(t *testing.T) {
	file := filepath.Join(t.TempDir(), "snapshot.json")
	objects, _, err := writeAccounts(file, 3, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Accounts()) != 3 || !bytes.Equal(s.Canonical(), text) {
		t.Errorf("%d accounts, canonical: %t", len(s.Accounts()), bytes.Equal(s.Canonical(), text))
	}
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			objects -= len(a.Objects(kind))
		}
	}
	if objects != 0 {
		t.Errorf("%d objects more than there are", objects)
	}
}

package fix

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"esaudit/snapshot"
)

// canonical is a value with the keys of its objects sorted, and the items of a
// set too, so that what means the same is the same text. No value is null.
func canonical(raw json.RawMessage, set bool) (json.RawMessage, error) {
	if len(raw) == 0 {
		return json.RawMessage("null"), nil
	}
	n, err := snapshot.ParseJSON(raw)
	if err != nil {
		return nil, fmt.Errorf("read value: %w", err)
	}
	if set && n.Kind() == snapshot.Array {
		n = snapshot.Sorted(n.Clone(nil).Items())
	}
	return n.AppendCompact(nil), nil
}

// Digest is what a value is recognised by: sha256 of its canonical text.
func Digest(raw json.RawMessage, set bool) (string, error) {
	text, err := canonical(raw, set)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

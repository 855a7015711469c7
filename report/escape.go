package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"esaudit/finding"
	"esaudit/report/plain"
)

// valueText writes a value of the snapshot on one line, as JSON.
func valueText(value any, wide bool) string {
	if whole, ok := value.(finding.Whole); ok {
		return plain.Text(string(whole), wide)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return plain.Text(fmt.Sprint(value), wide)
	}
	return plain.JSON(strings.TrimSuffix(b.String(), "\n"), wide)
}

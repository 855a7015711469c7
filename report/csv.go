package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"esaudit/finding"
	"esaudit/report/plain"
)

// csvHeader is fixed: readers find columns by their place.
func csvHeader() []string {
	return []string{
		"status", "severity", "rule", "title", "kind", "id", "name", "owner", "region", "account", "arn", "message", "values", "lines",
		"cause", "settledBy", "remediation", "api", "confidence", "waivedReason", "waivedUntil", "baseline", "fingerprint",
	}
}

// writeCSV writes a row for each finding (RFC 4180). A cell that a spreadsheet
// would take for a formula begins with an apostrophe.
func writeCSV(w io.Writer, r *finding.Report, o Options) error {
	titles := map[string]string{}
	for _, rule := range r.Rules {
		titles[rule.ID] = rule.Title
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	rows := [][]string{csvHeader()}
	for _, f := range r.Findings {
		var values, lines []string
		for _, e := range f.Evidence {
			text := told(e.Value, flat(e.Note))
			if text == "" {
				text = valueText(e.Value, true)
			}
			values = append(values, plain.Text(o.Texts.T(text), true))
			lines = append(lines, strconv.Itoa(e.Line))
		}
		var reason, until string
		if f.Waived != nil {
			reason, until = f.Waived.Reason, f.Waived.Expires
		}
		severity := ""
		if f.Status == finding.Fail || f.Status == finding.Latent {
			severity = f.Severity.String()
		}
		s := f.Subject
		rows = append(rows, []string{
			f.Status.String(), severity, f.Rule, titles[f.Rule], s.Kind, s.ID, s.Name, s.Owner, s.Region, s.Account, s.ARN, f.Message,
			strings.Join(values, "; "), strings.Join(lines, " "), f.Cause, strings.Join(f.SettledBy, "; "), f.Remediation.Text,
			strings.Join(f.Remediation.API, " "), f.Confidence, reason, until, f.Baseline, f.Fingerprint,
		})
	}
	for i, row := range rows {
		if i > 0 {
			for j := range row {
				row[j] = cell(row[j])
			}
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// cell makes a text harmless in a spreadsheet: on one line, nothing hidden, and
// no formula.
func cell(text string) string {
	text = plain.Text(flat(text), true)
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

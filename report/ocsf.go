package report

import (
	"io"
	"time"

	"esaudit/finding"
	"esaudit/report/plain"
)

// ocsfVersion is the version of the schema that events follow.
const ocsfVersion = "1.5.0"

// The numbers of OCSF's Detection Finding.
const (
	ocsfClass    = 2004
	ocsfCategory = 2
	ocsfCreate   = 1
	ocsfNew      = 1
	ocsfSuppress = 3
	ocsfOther    = 99
)

type ocsfEvent struct {
	ActivityID   int              `json:"activity_id"`
	ActivityName string           `json:"activity_name"`
	CategoryName string           `json:"category_name"`
	CategoryUID  int              `json:"category_uid"`
	ClassName    string           `json:"class_name"`
	ClassUID     int              `json:"class_uid"`
	Cloud        ocsfCloud        `json:"cloud"`
	FindingInfo  ocsfInfo         `json:"finding_info"`
	Message      string           `json:"message"`
	Metadata     ocsfMetadata     `json:"metadata"`
	Remediation  *ocsfRemediation `json:"remediation,omitempty"`
	Resources    []ocsfResource   `json:"resources"`
	Severity     string           `json:"severity"`
	SeverityID   int              `json:"severity_id"`
	Status       string           `json:"status"`
	StatusID     int              `json:"status_id"`
	StatusCode   string           `json:"status_code"`
	StatusDetail string           `json:"status_detail,omitempty"`
	Time         int64            `json:"time"` // milliseconds since 1970
	TypeName     string           `json:"type_name"`
	TypeUID      int              `json:"type_uid"`
	Unmapped     map[string]any   `json:"unmapped"`
}

type ocsfCloud struct {
	Provider string      `json:"provider"`
	Region   string      `json:"region,omitempty"`
	Account  ocsfAccount `json:"account"`
}

type ocsfAccount struct {
	UID    string `json:"uid"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

type ocsfInfo struct {
	UID         string   `json:"uid"`
	Title       string   `json:"title"`
	Desc        string   `json:"desc"`
	Types       []string `json:"types"`
	CreatedTime int64    `json:"created_time"`
}

type ocsfMetadata struct {
	EventCode string      `json:"event_code"`
	Product   ocsfProduct `json:"product"`
	Profiles  []string    `json:"profiles"`
	Version   string      `json:"version"`
}

type ocsfProduct struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	Version    string `json:"version"`
}

type ocsfRemediation struct {
	Desc       string   `json:"desc"`
	References []string `json:"references,omitempty"`
}

type ocsfResource struct {
	UID    string     `json:"uid"`
	Name   string     `json:"name"`
	Type   string     `json:"type"`
	Region string     `json:"region,omitempty"`
	Owner  *ocsfOwner `json:"owner,omitempty"`
}

type ocsfOwner struct {
	Name string `json:"name"`
}

// writeOCSF writes an array of Detection Finding events of the Open Cybersecurity
// Schema Framework.
func writeOCSF(w io.Writer, r *finding.Report, _ Options) error {
	rules := map[string]finding.Rule{}
	for _, rule := range r.Rules {
		rules[rule.ID] = rule
	}
	taken := map[string]int64{}
	for _, a := range r.Snapshot.Accounts {
		if at, err := time.Parse(time.RFC3339, a.TakenAt); err == nil {
			taken[a.ID] = at.UnixMilli()
		}
	}
	if len(r.Findings) == 0 {
		_, err := io.WriteString(w, "[]\n")
		return err
	}
	if _, err := io.WriteString(w, "["); err != nil {
		return err
	}
	events := func(to []byte, findings []finding.Finding, last bool) ([]byte, error) {
		return encoded[ocsfEvent](1)(to, viewed(findings, func(f finding.Finding) ocsfEvent {
			return ocsfOf(f, rules[f.Rule], r.Tool, taken[f.Subject.Account])
		}), last)
	}
	if err := eachPiece(w, r.Findings, pieceSize, events); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n]\n")
	return err
}

func ocsfOf(f finding.Finding, rule finding.Rule, tool finding.Tool, at int64) ocsfEvent {
	text := func(s string) string { return plain.Text(flat(s), true) }
	event := ocsfEvent{
		ActivityID: ocsfCreate, ActivityName: "Create", CategoryName: "Findings", CategoryUID: ocsfCategory,
		ClassName: "Detection Finding", ClassUID: ocsfClass, TypeName: "Detection Finding: Create", TypeUID: ocsfClass*100 + ocsfCreate,
		Cloud: ocsfCloud{
			Provider: "Alibaba Cloud", Region: text(f.Subject.Region),
			Account: ocsfAccount{UID: text(f.Subject.Account), Type: "Alibaba Cloud Account", TypeID: ocsfOther},
		},
		FindingInfo: ocsfInfo{UID: f.Fingerprint, Title: text(rule.Title), Desc: text(rule.Description), Types: texts(rule.Tags, text), CreatedTime: at},
		Message:     text(f.Message),
		Metadata: ocsfMetadata{
			EventCode: text(f.Rule), Profiles: []string{"cloud"}, Version: ocsfVersion,
			Product: ocsfProduct{Name: text(tool.Name), VendorName: text(tool.Name), Version: text(tool.Version)},
		},
		Resources: []ocsfResource{{UID: text(f.Subject.ARN), Name: text(f.Subject.ID), Type: text(f.Subject.Kind), Region: text(f.Subject.Region)}},
		Status:    "New", StatusID: ocsfNew, StatusCode: ocsfCode(f.Status), Time: at,
		Unmapped: map[string]any{
			"status": f.Status.String(), "confidence": text(f.Confidence), "cause": text(f.Cause), "settledBy": texts(f.SettledBy, text),
			"evidence": ocsfEvidence(f, text), "baseline": text(f.Baseline),
		},
	}
	event.SeverityID, event.Severity = ocsfSeverity(f.Severity)
	if f.Subject.Owner != "" {
		event.Resources[0].Owner = &ocsfOwner{Name: text(f.Subject.Owner)}
	}
	if f.Waived != nil {
		event.Status, event.StatusID, event.StatusDetail = "Suppressed", ocsfSuppress, text(f.Waived.Reason)
	}
	if f.Remediation.Text != "" {
		event.Remediation = &ocsfRemediation{Desc: text(f.Remediation.Text), References: texts(f.Remediation.API, text)}
	}
	return event
}

func texts(list []string, text func(string) string) []string {
	return viewed(list, text)
}

func ocsfEvidence(f finding.Finding, text func(string) string) []map[string]any {
	out := []map[string]any{}
	for _, e := range f.Evidence {
		out = append(out, map[string]any{"pointer": text(e.Pointer), "line": e.Line, "value": valueText(e.Value, true), "note": text(e.Note), "fingerprint": text(e.Fingerprint)})
	}
	return out
}

func ocsfCode(s finding.Status) string {
	switch s {
	case finding.Fail:
		return "FAIL"
	case finding.Pass:
		return "PASS"
	case finding.Latent:
		return "LATENT"
	case finding.NA:
		return "NOT_APPLICABLE"
	}
	return "UNKNOWN"
}

// ocsfSeverity is OCSF's number and name of a severity; what has none is
// informational.
func ocsfSeverity(s finding.Severity) (int, string) {
	switch s {
	case finding.Critical:
		return 5, "Critical"
	case finding.High:
		return 4, "High"
	case finding.Medium:
		return 3, "Medium"
	case finding.Low:
		return 2, "Low"
	}
	return 1, "Informational"
}

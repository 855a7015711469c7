package finding

import (
	"fmt"
	"slices"
	"strings"
)

var (
	statusNames   = [...]string{"unknown", "fail", "latent", "pass", "na"}
	severityNames = [...]string{"", "info", "low", "medium", "high", "critical"}
)

func (s Status) String() string { return statusNames[s] }

// MarshalText writes the status's name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a status's name.
func (s *Status) UnmarshalText(b []byte) error {
	i := slices.Index(statusNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("no status: %q (one of %s)", b, strings.Join(statusNames[:], ", "))
	}
	*s = Status(i)
	return nil
}

func (s Severity) String() string { return severityNames[s] }

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity's name; "" is NoSeverity.
func (s *Severity) UnmarshalText(b []byte) error {
	i := slices.Index(severityNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("no severity: %q (one of %s)", b, strings.Join(severityNames[1:], ", "))
	}
	*s = Severity(i)
	return nil
}

// Severities returns the severities a finding can have, from the worst.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Info} }

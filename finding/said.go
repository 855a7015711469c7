package finding

import "slices"

// Said is what a finding says in another language.
type Said struct {
	Message     string
	Notes       []string // one for each item of evidence
	Whys        []string // one for each hop of the path
	Remediation string
}

// Translated returns the report in the language its findings and rules also
// speak (Said). What has no such text stays English. The report itself, which
// programs read, stays what it is.
func (r *Report) Translated() *Report {
	out := *r
	out.Rules = slices.Clone(r.Rules)
	for i, rule := range out.Rules {
		if rule.Said != nil {
			out.Rules[i] = *rule.Said
		}
	}
	out.Findings = slices.Clone(r.Findings)
	for i := range out.Findings {
		out.Findings[i].translate()
	}
	return &out
}

func (f *Finding) translate() {
	if f.Said == nil {
		return
	}
	f.Message, f.Remediation.Text = f.Said.Message, f.Said.Remediation
	f.Evidence, f.Path = slices.Clone(f.Evidence), slices.Clone(f.Path)
	for i := range f.Evidence {
		f.Evidence[i].Note = f.Said.Notes[i]
	}
	for i := range f.Path {
		f.Path[i].Why = f.Said.Whys[i]
	}
}

package tui_test

import (
	"context"
	"errors"

	"esaudit/audit"
	"esaudit/fix"
	"esaudit/snapshot"
	"esaudit/tui"
	"esaudit/tui/survey"
)

// planner are services that plan as the program does; the account that they change
// is made up.
type planner struct{ tui.Services }

func (planner) Plan(ctx context.Context, e tui.Estate, findings []int, tell func(string)) (tui.Planned, error) {
	r, err := e.(*survey.Survey).Remedy(ctx, fix.Input{Version: "test"}, findings, func(ctx context.Context, old, new *snapshot.Snapshot) (audit.Judged, audit.Judged, error) {
		return audit.Changed(ctx, old, new, audit.Options{})
	})
	return rehearsed{r}, err
}

// rehearsed is a plan that is applied in words only.
type rehearsed struct{ *survey.Remedy }

func (rehearsed) Live() bool { return true }

func (rehearsed) Command(file string) string { return "esaudit fix apply " + file }

func (r rehearsed) Preview(ctx context.Context, ids []string, _ func(string)) (tui.Preview, error) {
	p, err := r.Only(ctx, ids, nil)
	if err != nil {
		return tui.Preview{}, err
	}
	return r.Remedy.Preview(p), nil
}

func (r rehearsed) Write(_ context.Context, _ []string, file string) (string, error) {
	return r.Command(file), nil
}

func (r rehearsed) Check(context.Context, []string, func(string)) (tui.Consent, error) {
	return tui.Consent{Account: r.Plan().Account, ARN: "acs:ram::" + r.Plan().Account + ":user/esaudit"}, nil
}

func (r rehearsed) Apply(_ context.Context, ids []string, c tui.Consent, tell func(tui.Told)) (tui.Applied, error) {
	if c.Account != r.Plan().Account {
		return tui.Applied{}, errors.New("another account")
	}
	for _, id := range ids {
		tell(tui.Told{Step: true, Text: id + ": done"})
	}
	return tui.Applied{Done: ids, Journal: "fix.plan.journal", Verified: true, Undo: "esaudit fix undo fix.plan.journal"}, nil
}

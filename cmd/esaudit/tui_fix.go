package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"esaudit/audit"
	"esaudit/fix"
	"esaudit/report/planned"
	"esaudit/snapshot"
	"esaudit/tui"
	"esaudit/tui/survey"
)

// explorerMaxAge is how old what was shown may be when it is applied.
const explorerMaxAge = time.Hour

// remedy is a plan of the explorer: what survey makes of it, and the files and
// the account that it is about.
type remedy struct {
	*survey.Remedy
	x *explorer
}

// Plan plans what corrects findings. The plan is judged as the estate was.
func (x *explorer) Plan(ctx context.Context, e tui.Estate, findings []int, tell func(string)) (tui.Planned, error) {
	s, ok := e.(*survey.Survey)
	if !ok {
		return nil, errors.New("plan: another kind of estate")
	}
	options, err := x.options()
	if err != nil {
		return nil, err
	}
	options.Texts = nil // plans are English
	r, err := s.Remedy(ctx, fix.Input{
		Config: x.app.declared, Version: version, Tell: x.stages(tell),
	}, findings, func(ctx context.Context, old, new *snapshot.Snapshot) (audit.Judged, audit.Judged, error) {
		return audit.Changed(ctx, old, new, options)
	})
	if err != nil {
		return nil, err
	}
	return &remedy{r, x}, nil
}

// stages tells what making a plan is at: each hundredth of what is counted.
func (x *explorer) stages(tell func(string)) func(s fix.Stage, done, of int) {
	t := x.app.explorerTexts()
	return func(s fix.Stage, done, of int) {
		switch {
		case s == fix.Correcting && done%max(of/100, 1) == 0:
			tell(fmt.Sprintf(t.AtFindings, done, of))
		case s == fix.Editing:
			tell(t.AtEditing)
		case s == fix.Judging:
			tell(t.AtJudging)
		case s == fix.Comparing && of == 0:
			tell(t.AtComparing)
		case s == fix.Comparing:
			tell(fmt.Sprintf(t.AtClusters, done, of))
		}
	}
}

// Live says that the estate is the account itself, as these credentials see it.
func (r *remedy) Live() bool { return len(r.x.args) == 0 }

// Command applies a plan that was written, as the explorer reaches the account.
func (r *remedy) Command(file string) string { return r.x.fixCommand("apply", file) }

func (x *explorer) fixCommand(verb, file string, more ...string) string {
	words := append([]string{"esaudit", "fix", verb, file}, more...)
	live := x.flags.audit.live
	for _, flag := range [][2]string{{"--config", x.app.configFile}, {"--profile", live.profile}, {"--endpoint", live.endpoint},
		{"--product-endpoint", strings.Join(live.own, ",")}, {"--vpc-endpoints", live.vpc}, {"--account-role", strings.Join(live.roles, ",")}} {
		if flag[1] != "" {
			words = append(words, flag[0], flag[1])
		}
	}
	for i, w := range words {
		words[i] = planned.Quote(w)
	}
	return strings.Join(words, " ")
}

// Preview judges the account as exactly these actions would leave it.
func (r *remedy) Preview(ctx context.Context, ids []string, tell func(string)) (tui.Preview, error) {
	p, err := r.Only(ctx, ids, r.x.stages(tell))
	if err != nil {
		return tui.Preview{}, err
	}
	return r.Remedy.Preview(p), nil
}

// Write writes a plan of exactly these actions. The ending of the file says
// whether it is a ticket, a script, Terraform's or a text; else it is the plan that
// fix apply takes.
func (r *remedy) Write(ctx context.Context, ids []string, file string) (string, error) {
	if _, err := os.Lstat(file); err == nil {
		return "", fmt.Errorf("%s is there already; name another file", file)
	}
	p, err := r.Only(ctx, ids, nil)
	if err != nil {
		return "", err
	}
	data, command := []byte(nil), ""
	switch formatOf(file) {
	case "markdown":
		data = planned.Ticket(p, planned.Speech{})
	case "tf":
		data = planned.Terraform(p)
	case "sh":
		data, command = planned.CLI(p), "sh "+planned.Quote(file)
	case "table":
		data = planned.Text(p, planned.Screen{Width: 100, Unicode: r.x.app.speaksUnicode()})
	default:
		if data, err = document(p); err != nil {
			return "", err
		}
		command = r.Command(file)
	}
	return command, r.x.app.write(destination{"json", file}, data)
}

// Check goes the way of Apply up to the question, and says no.
func (r *remedy) Check(ctx context.Context, ids []string, tell func(string)) (tui.Consent, error) {
	if !r.Live() {
		return tui.Consent{}, errors.New("a snapshot alone is never applied")
	}
	p, err := r.Only(ctx, ids, r.x.stages(tell))
	if err != nil {
		return tui.Consent{}, err
	}
	var asked *fix.Question
	_, _, err = r.play(ctx, p, freePlan(), func(x tui.Told) { tell(x.Text) }, func(q fix.Question) error {
		asked = &q
		return errors.New("nobody was asked yet")
	})
	if asked == nil {
		return tui.Consent{}, err
	}
	return tui.Consent{Account: asked.Account, ARN: asked.ARN}, nil
}

// Apply writes the plan and applies it as fix apply does, if the account and who
// changes it are those that consent was given for.
func (r *remedy) Apply(ctx context.Context, ids []string, c tui.Consent, tell func(tui.Told)) (tui.Applied, error) {
	if !r.Live() || c.Account == "" {
		return tui.Applied{}, errors.New("a snapshot alone is never applied")
	}
	r.x.changing.Add(1) // the program waits for it, however it ends
	defer r.x.changing.Done()
	p, err := r.Only(ctx, ids, r.x.stages(func(text string) { tell(tui.Told{Text: text}) }))
	if err != nil {
		return tui.Applied{}, err
	}
	file := freePlan()
	data, err := document(p)
	if err == nil {
		err = r.x.app.write(destination{"json", file}, data)
	}
	if err != nil {
		return tui.Applied{}, err
	}
	done, journal, err := r.play(ctx, p, file, tell, func(q fix.Question) error {
		if q.Account != c.Account || q.ARN != c.ARN {
			return fmt.Errorf("it would be account %s as %s now, not account %s as %s", q.Account, q.ARN, c.Account, c.ARN)
		}
		return nil
	})
	out := tui.Applied{Verified: err == nil}
	for i, a := range p.Actions {
		for _, id := range done.Done {
			if id == a.ID {
				out.Done = append(out.Done, ids[i])
			}
		}
	}
	if _, missing := os.Stat(journal); errors.Is(missing, fs.ErrNotExist) {
		return out, errors.Join(err, os.Remove(file)) // nothing was begun
	}
	out.Journal, out.Undo = journal, r.x.fixCommand("undo", journal)
	r.x.stopped = nil
	if err != nil {
		out.Resume = r.x.fixCommand("apply", file, "--resume")
		r.x.left, r.x.stopped = out, stoppedBy(journal, err)
	}
	return out, err
}

// stoppedBy is how fix apply would have ended: also where the user stopped it.
func stoppedBy(journal string, err error) error {
	if errors.Is(err, context.Canceled) {
		return &ending{interrupted, errors.New("fix apply: stopped before its end")}
	}
	return fixEnding(nil, "apply", journal, err)
}

// play is fix apply without a terminal; ask refuses with an error.
func (r *remedy) play(ctx context.Context, p *fix.Plan, file string, tell func(tui.Told), ask func(fix.Question) error) (fix.Outcome, string, error) {
	quiet := *r.x.app
	quiet.quiet, quiet.tell = true, func(text string) { tell(tui.Told{Text: text}) }
	live := *r.x.flags.audit.live
	f := &fixRunFlags{journal: file + ".journal", maxAge: explorerMaxAge, maxChanges: tui.MaxActions, poll: r.x.poll, live: &live}
	o, done, err := quiet.fixOptions(ctx, f, p, "apply")
	if err != nil {
		return fix.Outcome{}, f.journal, err
	}
	defer done()
	o.Confirm = func(q fix.Question) (bool, error) {
		if err := quiet.lockouts(ctx, f, q, o.Collect); err != nil {
			return false, err
		}
		err := ask(q)
		return err == nil, err
	}
	o.Tell = func(e fix.Event) { tell(tui.Told{Step: true, Text: e.Action.ID + ": " + e.Text}) }
	out, err := fix.Apply(ctx, p, o)
	return out, f.journal, err
}

// freePlan is a name under which there is neither a plan nor a journal.
func freePlan() string {
	for n := 1; ; n++ {
		file := "fix.plan"
		if n > 1 {
			file = fmt.Sprintf("fix-%d.plan", n)
		}
		_, plan := os.Lstat(file)
		_, journal := os.Lstat(file + ".journal")
		if errors.Is(plan, fs.ErrNotExist) && errors.Is(journal, fs.ErrNotExist) {
			return file
		}
	}
}

package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"esaudit/collector/cloud"
	"esaudit/lang"
)

func (a *app) doctorCommand() *cobra.Command {
	l := newLiveFlags()
	var regions []string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check credentials, permissions, clock, endpoint and proxy",
		Long: `doctor asks the API who you are, sends one read request of every product to the
endpoint that an audit would ask, in each region that is named (--region, or region:
in esaudit.yaml), and takes on every role that it would; of each thing that is wrong
it says what would mend it.`,
		Example: `  esaudit doctor
  esaudit doctor --region cn-hangzhou,cn-shanghai
  esaudit doctor --vpc-endpoints cn-hangzhou
  esaudit doctor --organization-role audit`,
		Args: arguments(0),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, _ []string) error {
			if len(regions) == 0 {
				regions = []string{cmp.Or(l.vpc, "cn-hangzhou")}
			}
			return a.doctor(ctx, l, regions)
		}),
	}
	l.addReach(cmd.Flags())
	l.addAccounts(cmd.Flags())
	cmd.Flags().StringSliceVar(&regions, "region", nil, "ask in this `REGION` (repeatable; default that of --vpc-endpoints, or cn-hangzhou)")
	return cmd
}

// maxSkew is how far a clock may be from the API's: requests are refused beyond
// a quarter of an hour.
const maxSkew = 5 * time.Minute

// check is one thing that doctor looks at. The zero fix says that it is right.
type check struct{ what, say, fix string }

func (a *app) doctor(ctx context.Context, l *liveFlags, regions []string) error {
	checks, failed := a.examine(ctx, l, regions)
	d := destination{"table", ""}
	t, err := a.texts(d)
	if err != nil {
		return err
	}
	if err := a.write(d, told(t, checks)); err != nil {
		return err
	}
	wrong := 0
	for _, c := range checks {
		if c.fix != "" {
			wrong++
		}
	}
	switch {
	case failed != nil:
		return usage(fmt.Errorf("doctor: %w", failed))
	case wrong > 0:
		return &ending{incomplete, fmt.Errorf("doctor: %d %s failed; each has its fix above", wrong, plural(wrong, "check"))}
	}
	return nil
}

// told writes checks in a language: what went well, and what is wrong with its fix,
// once for all that it mends.
func told(t *lang.Texts, checks []check) []byte {
	good, bad := t.T("ok"), t.T("WRONG")
	first, second := max(ansi.StringWidth(good), ansi.StringWidth(bad)), 0
	for _, c := range checks {
		second = max(second, ansi.StringWidth(c.what))
	}
	var b bytes.Buffer
	mends := map[string]string{} // a fix, and the check where it stands
	for _, c := range checks {
		mark := good
		if c.fix != "" {
			mark = bad
		}
		fmt.Fprintf(&b, "%s  %s  %s\n", padded(mark, first), padded(c.what, second), oneLine(t.Made(c.say)))
		if c.fix != "" {
			text := t.F("fix: %s", t.Made(c.fix))
			if at, known := mends[c.fix]; known {
				text = t.F("fix: as for %s", at)
			} else {
				mends[c.fix] = c.what
			}
			fmt.Fprintf(&b, "%s  %s  %s\n", padded("", first), padded("", second), oneLine(text))
		}
	}
	return b.Bytes()
}

// examine makes the checks, in the order in which they depend on each other. The
// error is what keeps the rest from being made.
func (a *app) examine(ctx context.Context, l *liveFlags, regions []string) ([]check, error) {
	checks := []check{a.checkProxy(), checkEndpoint(l)}
	w, err := a.connect(ctx, l)
	if err != nil {
		return append(checks, check{"credentials", err.Error(), fixOf(err.Error())}), err
	}
	defer w.cloud.Close()
	checks = append(checks, check{what: "credentials", say: w.base.Source()})
	caller := w.cloud.Caller(w.base)
	who, err := caller.WhoAmI(ctx)
	if err != nil {
		return append(checks, check{"identity", err.Error(), fixOf(err.Error())}), err
	}
	checks = append(checks, check{what: "identity", say: who.ARN}, a.checkClock(who.Date))
	checks = append(checks, l.probeAll(ctx, w.cloud, caller, regions)...)
	return append(checks, a.checkRoles(ctx, l, w, who)...), nil
}

// checkRoles takes on the role of every other account that would be collected.
func (a *app) checkRoles(ctx context.Context, l *liveFlags, w *way, own cloud.Identity) []check {
	list, err := a.members(ctx, l, w, own)
	if err != nil {
		return []check{{"accounts", err.Error(), fixOf(err.Error())}}
	}
	var out []check
	for _, m := range list {
		if m.role == "" {
			continue
		}
		c := check{what: "account " + m.id, say: m.role}
		if who, err := w.cloud.Caller(m.credentials).WhoAmI(ctx); err != nil {
			c.say, c.fix = err.Error(), fixOf(err.Error())
		} else if who.Account != m.id {
			c.say, c.fix = fmt.Sprintf("role %s is of account %s", m.role, who.Account), "name the role as acs:ram::ACCOUNT:role/NAME, with its own account"
		}
		out = append(out, c)
	}
	return out
}

func checkEndpoint(l *liveFlags) check {
	say := "the vendor's public endpoints"
	if l.vpc != "" {
		say = "the vendor's private endpoints in " + l.vpc + ", public ones elsewhere"
	}
	if l.endpoint != "" {
		say = l.endpoint
	}
	for _, own := range l.own {
		product, _, _ := strings.Cut(own, "=")
		say += ", another one for " + product
	}
	return check{what: "endpoint", say: say}
}

// checkProxy names the proxy that the environment asks for, without what may be
// secret in it. connect reads it: what it cannot use ends there.
func (a *app) checkProxy() check {
	say := "none"
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		if a.getenv(name) != "" {
			say = "that of " + name
			break
		}
	}
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		if v := a.getenv(name); v != "" && say != "none" {
			say += ", except " + v
			break
		}
	}
	return check{what: "proxy", say: say}
}

// checkClock compares the local clock with the API's.
func (a *app) checkClock(date string) check {
	t, err := http.ParseTime(date)
	if err != nil {
		return check{"clock", "the API does not say what time it is", "something on the way takes the Date header away: look at the proxy"}
	}
	late := time.Since(t)
	c := check{what: "clock", say: fmt.Sprintf("%s from the API's own", late.Round(time.Second))}
	if late.Abs() >= maxSkew {
		c.fix = "set the clock by the network (timedatectl set-ntp true): requests are refused a quarter of an hour from the API's time"
	}
	return c
}

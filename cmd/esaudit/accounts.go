package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/cloud"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// together is how many accounts are collected at a time. The vendor's rates are
// those of each account.
const together = 4

// Who lists an organisation's accounts, and how many a page.
const (
	listAccounts = "ListAccounts"
	accountsPage = 100
	maxAccounts  = 100_000
)

// roleARN is a role's: of an account, which is no zero, and with a name that begins and
// ends with a letter or a digit.
var roleARN = regexp.MustCompile(`^acs:ram::([1-9][0-9]*):role/[A-Za-z0-9](?:[A-Za-z0-9.@_-]{0,62}[A-Za-z0-9])?$`)

// accountOf returns the account of a role.
func accountOf(arn string) (string, error) {
	m := roleARN.FindStringSubmatch(arn)
	if m == nil {
		return "", fmt.Errorf("%q is no role (acs:ram::ACCOUNT:role/NAME, or @FILE with one on each line)", arn)
	}
	return m[1], nil
}

// rolesOf reads the values of --account-role: ARNs, and @FILE for a file that has
// one on each line; what follows # is a comment.
func rolesOf(values []string) ([]string, error) {
	var roles []string
	for _, v := range values {
		name, file := strings.CutPrefix(v, "@")
		if !file {
			roles = append(roles, v)
			continue
		}
		if name == "" {
			return nil, errors.New("read roles: @ without a file; write @FILE")
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read roles: %w", err)
		}
		before := len(roles)
		lines := bufio.NewScanner(bytes.NewReader(data))
		for n := 1; lines.Scan(); n++ {
			text, _, _ := strings.Cut(lines.Text(), "#")
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			if _, err := accountOf(text); err != nil {
				return nil, fmt.Errorf("read roles: %s line %d: %w", name, n, err)
			}
			roles = append(roles, text)
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("read roles: %s: %w", name, err)
		}
		if len(roles) == before {
			return nil, fmt.Errorf("read roles: %s names no role; write one on each line (acs:ram::ACCOUNT:role/NAME)", name)
		}
	}
	for _, role := range roles {
		if _, err := accountOf(role); err != nil {
			return nil, fmt.Errorf("read settings: --account-role: %w", err)
		}
	}
	return roles, nil
}

// organisation lists the accounts of the caller's resource directory, in whatever
// folders they are, and gives each the role of a name. The directory's own account
// is the caller's. gone are those that are listed and no members, or not yet.
func organisation(ctx context.Context, caller api.Caller, own, name string) (roles, gone []string, err error) {
	seen := map[string]bool{}
	for page := 1; ; page++ {
		items, total, err := askAccounts(ctx, caller, page)
		if err != nil {
			return nil, nil, err
		}
		before := len(seen)
		for _, item := range items {
			id, status := item.Get("AccountId").Text(), item.Get("Status").Text()
			role := fmt.Sprintf("acs:ram::%s:role/%s", id, name)
			if _, err := accountOf(role); err != nil {
				return nil, nil, fmt.Errorf("list accounts: %w", err)
			}
			switch {
			case seen[id] || id == own:
			case noMember(status):
				gone = append(gone, id+" ("+status+")")
			default:
				roles = append(roles, role)
			}
			seen[id] = true
		}
		// A page may be shorter than was asked for; one that brings nobody new is the
		// last, whatever the total says.
		if len(seen) == before || int64(len(seen)) >= total {
			return roles, gone, nil
		}
		if len(seen) > maxAccounts {
			return nil, nil, fmt.Errorf("list accounts: more than %d", maxAccounts)
		}
	}
}

// askAccounts asks for one page, and how many accounts there are in all; where that
// is not told, more than any directory has.
func askAccounts(ctx context.Context, caller api.Caller, page int) (items []*snapshot.Node, total int64, err error) {
	answer, err := caller.Call(ctx, api.Request{Product: "resourcemanager", Operation: listAccounts, Params: map[string]string{},
		Page: map[string]string{"PageNumber": strconv.Itoa(page), "PageSize": strconv.Itoa(accountsPage)}})
	if err != nil {
		return nil, 0, err
	}
	body, err := snapshot.ParseJSON(answer.Body)
	list := body.Get("Accounts", "Account")
	if answer.Status != http.StatusOK || err != nil || list.Kind() != snapshot.Array {
		return nil, 0, fmt.Errorf("list accounts: resourcemanager %s: HTTP %d %s %s; it needs resourcemanager:ListAccounts, in the directory's own account", listAccounts, answer.Status, body.Get("Code").Text(), answer.Err)
	}
	total, told := body.Get("TotalCount").Int()
	if !told {
		total = math.MaxInt64
	}
	return list.Items(), total, nil
}

// noMember reports whether an account that is listed is none that can be asked: its
// creation is not over or did not succeed (ListAccounts of ResourceManager
// 2020-03-31, Status). Any other is asked.
func noMember(status string) bool {
	switch status {
	case "CreateVerifying", "CreateFailed", "CreateExpired", "CreateCancelled":
		return true
	}
	return false
}

// member is one account to collect: as the caller's own identity, or as a role.
type member struct {
	id          string // "" for the caller's own, which it tells itself
	role        string
	credentials *cloud.Credentials
}

// besides are the roles of accounts that no other role is of: who is named is asked
// as it is named.
func besides(found, named []string) []string {
	ids := map[string]bool{}
	for _, role := range named {
		id, _ := accountOf(role) // they were checked
		ids[id] = true
	}
	return slices.DeleteFunc(found, func(role string) bool { id, _ := accountOf(role); return ids[id] })
}

// members are the accounts to collect. The caller's own is the first.
func (a *app) members(ctx context.Context, l *liveFlags, w *way, own cloud.Identity) ([]member, error) {
	roles, err := rolesOf(l.roles)
	if err != nil {
		return nil, usage(err)
	}
	if l.organisation != "" {
		found, gone, err := organisation(ctx, w.cloud.Caller(w.base), own.Account, l.organisation)
		if err != nil {
			return nil, usage(err)
		}
		if len(gone) > 0 {
			a.note("collect: the resource directory lists accounts that are no members: %s", oneLine(strings.Join(gone, ", ")))
		}
		roles = append(roles, besides(found, roles)...)
	}
	var list []member
	seen := map[string]bool{}
	if !l.skipOwn {
		list, seen[own.Account] = append(list, member{id: own.Account, credentials: w.base}), true
	} else if len(roles) == 0 {
		return nil, usagef("collect: --skip-own-account leaves nothing to collect; name roles (--account-role)")
	}
	for _, role := range roles {
		id, err := accountOf(role)
		if err != nil {
			return nil, usage(err)
		}
		if seen[id] {
			return nil, usagef("collect: account %s is given twice: role %s", id, role)
		}
		seen[id] = true
		assumed, err := w.cloud.Assume(w.base, cloud.Role{ARN: role})
		if err != nil {
			return nil, usage(err)
		}
		list = append(list, member{id, role, assumed})
	}
	return list, nil
}

// collectMembers collects accounts, some at a time. One that cannot be asked is a
// gap of its own, where it is not the caller's.
func (a *app) collectMembers(ctx context.Context, l *liveFlags, w *way, own cloud.Identity, list []member) (*recording.Recording, error) {
	at, err := http.ParseTime(own.Date)
	if err != nil {
		return nil, usagef("collect: the API does not say what time it is (HTTP Date)")
	}
	p := a.newProgress(l.progress.value)
	defer p.end()
	old, err := sinceOf(l, list)
	if err != nil {
		return nil, usage(err)
	}
	file := a.ratesFile(l)
	rates := a.readRates(file)
	defer a.keepRates(file, rates)
	r := &recording.Recording{Parts: make([]recording.Part, len(list))}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(together)
	for i, m := range list {
		g.Go(func() error {
			prefix := ""
			if len(list) > 1 {
				prefix = m.id + " "
			}
			part, err := a.collectMember(ctx, l, w, m, at, len(list) > 1, rates, old, func(e collector.Event) { p.show(prefix, e) })
			r.Parts[i] = part
			return err
		})
	}
	return r, g.Wait()
}

// sinceOf reads the earlier picture that is taken over from, by account. One that
// has none of the accounts is refused; an account that it lacks is read.
func sinceOf(l *liveFlags, list []member) (map[string]*snapshot.Account, error) {
	if l.since == "" {
		return nil, nil
	}
	e, err := open(l.since, nil)
	if err == nil && e.plan != "" {
		err = fmt.Errorf("%s is a Terraform plan, which nobody has read", l.since)
	}
	if err != nil {
		return nil, fmt.Errorf("take over (--since): %w", err)
	}
	old := map[string]*snapshot.Account{}
	var ids []string
	for _, account := range e.snapshot.Accounts() {
		ids = append(ids, account.ID)
		for _, m := range list {
			if m.id == account.ID {
				old[m.id] = account
			}
		}
	}
	if len(old) == 0 {
		return nil, fmt.Errorf("take over (--since): %s is of %s, which is not collected", l.since, accountNames(ids))
	}
	return old, nil
}

func (a *app) collectMember(ctx context.Context, l *liveFlags, w *way, m member, at time.Time, several bool, rates *cloud.Rates, old map[string]*snapshot.Account, show func(collector.Event)) (recording.Part, error) {
	o := collector.Options{Account: m.id, Regions: l.regions, Only: l.only, Cluster: l.clusters, Attribution: l.attribution, Timeout: a.timeout, Record: l.record, Resume: l.resume, Since: old[m.id], OnEvent: show}
	if o.Record != "" && several {
		o.Record = filepath.Join(l.record, m.id)
	}
	caller := w.cloud.Caller(m.credentials)
	caller.Learn(m.id, rates)
	if m.role != "" {
		who, err := caller.WhoAmI(ctx)
		if err == nil && who.Account != m.id {
			err = fmt.Errorf("role %s is of account %s", m.role, who.Account)
		}
		if err != nil {
			return a.gap(ctx, o, at, err)
		}
	}
	part, err := collector.Collect(ctx, caller, o)
	if m.role != "" && (errors.Is(err, collector.ErrNoAnswer) || errors.Is(err, collector.ErrRefused)) {
		return a.gap(ctx, o, at, err)
	}
	return part, collected(err)
}

// gap is what is left of an account that cannot be asked.
func (a *app) gap(ctx context.Context, o collector.Options, at time.Time, why error) (recording.Part, error) {
	if ctx.Err() != nil {
		return recording.Part{}, context.Cause(ctx)
	}
	a.note("collect: account %s cannot be read: %v", o.Account, why)
	part, err := collector.Gap(o, at, "the account cannot be asked: "+oneLine(why.Error()))
	return part, collected(err)
}

package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"esaudit/collector/api"
	"esaudit/collector/cloud"
	"esaudit/lang"
	"esaudit/snapshot"
)

func (a *app) doctorCommand() *cobra.Command {
	l := newLiveFlags()
	var region []string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check credentials, permissions, clock, endpoint and proxy",
		Long: `doctor asks the API who you are, sends one read request of every product to the
endpoint that an audit would ask, and takes on every role that it would; of each
thing that is wrong it says what would mend it.`,
		Example: `  esaudit doctor
  esaudit doctor --vpc-endpoints cn-hangzhou
  esaudit doctor --organization-role audit`,
		Args: arguments(0),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, _ []string) error {
			return a.doctor(ctx, l, cmp.Or(append(region, l.vpc, "cn-hangzhou")...))
		}),
	}
	l.addReach(cmd.Flags())
	l.addAccounts(cmd.Flags())
	cmd.Flags().StringSliceVar(&region, "region", nil, "ask in the first `REGION` of these (default that of --vpc-endpoints, or cn-hangzhou)")
	return cmd
}

// maxSkew is how far a clock may be from the API's: requests are refused beyond
// a quarter of an hour.
const maxSkew = 5 * time.Minute

// check is one thing that doctor looks at. The zero fix says that it is right.
type check struct{ what, say, fix string }

func (a *app) doctor(ctx context.Context, l *liveFlags, region string) error {
	checks, failed := a.examine(ctx, l, region)
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

// told writes checks in a language: what went well, and what is wrong with its fix.
func told(t *lang.Texts, checks []check) []byte {
	good, bad := t.T("ok"), t.T("WRONG")
	first, second := max(ansi.StringWidth(good), ansi.StringWidth(bad)), 0
	for _, c := range checks {
		second = max(second, ansi.StringWidth(c.what))
	}
	var b bytes.Buffer
	for _, c := range checks {
		mark := good
		if c.fix != "" {
			mark = bad
		}
		fmt.Fprintf(&b, "%s  %s  %s\n", padded(mark, first), padded(c.what, second), oneLine(t.Made(c.say)))
		if c.fix != "" {
			fmt.Fprintf(&b, "%s  %s  %s\n", padded("", first), padded("", second), oneLine(t.F("fix: %s", t.Made(c.fix))))
		}
	}
	return b.Bytes()
}

// examine makes the checks, in the order in which they depend on each other. The
// error is what keeps the rest from being made.
func (a *app) examine(ctx context.Context, l *liveFlags, region string) ([]check, error) {
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
	for _, q := range probes(region) {
		checks = append(checks, l.probe(ctx, w.cloud, caller, q, region))
	}
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

// fixOfWay says what opens the way to a product's host. inside is its private
// endpoint in a region; "": none is known.
func (l *liveFlags) fixOfWay(product, host, inside, region string) string {
	switch {
	case l.endpoint != "" || slices.ContainsFunc(l.own, func(own string) bool { return strings.HasPrefix(own, product+"=") }):
		return "nothing answers for it at the endpoint that is set: look at --endpoint and --product-endpoint"
	case host == inside:
		return fmt.Sprintf("%s is reached from a VPC of %s only: run there, with the VPC's own name servers, or leave --vpc-endpoints out", host, region)
	case l.vpc != "" && inside == "":
		return fmt.Sprintf("%s has no known private endpoint in %s: give this machine a way out to %s, port 443 (NAT gateway, HTTPS_PROXY), or name an endpoint of your own (--product-endpoint %s=URL)", product, region, host, product)
	case inside != "":
		return fmt.Sprintf("open %s, port 443, or look at HTTPS_PROXY; inside a VPC of %s, set vpc-endpoints: %s, which asks %s", host, region, region, inside)
	}
	return fmt.Sprintf("open %s, port 443, or look at HTTPS_PROXY", host)
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

// probes are one request a product, each of which every account can answer.
func probes(region string) []api.Request {
	var out []api.Request
	for _, q := range [][2]string{
		{"elasticsearch", "ListInstance"}, {"slb", "DescribeLoadBalancers"}, {"nlb", "ListLoadBalancers"}, {"alb", "ListLoadBalancers"},
		{"privatelink", "ListVpcEndpointServices"}, {"vpc", "DescribeVpcs"}, {"vpcpeer", "ListVpcPeerConnections"}, {"cbn", "DescribeCens"},
		{"ecs", "DescribeSecurityGroups"}, {"actiontrail", "DescribeTrails"}, {"ram", "ListUsers"}, {"resourcemanager", "ListPolicyAttachments"},
	} {
		r := api.Request{Region: region, Product: q[0], Operation: q[1], Params: map[string]string{}}
		if q[0] == "ram" || q[0] == "resourcemanager" {
			r.Region = ""
		}
		out = append(out, r)
	}
	return out
}

// probe asks a product, at the endpoint where an audit would ask it in a region.
func (l *liveFlags) probe(ctx context.Context, w *cloud.Cloud, caller api.Caller, q api.Request, region string) check {
	host, inside, err := w.Host(q.Product, region)
	if err != nil {
		return check{q.Product, err.Error(), "name a region of the vendor's, as cn-hangzhou (--region)"}
	}
	answer, err := caller.Call(ctx, q)
	call := snapshot.Call{Product: q.Product, Operation: q.Operation, Region: snapshot.Global}
	code := ""
	if body, parseErr := snapshot.ParseJSON(answer.Body); parseErr == nil {
		code = body.Get("Code").Text()
	}
	c := check{what: q.Product, say: q.Operation + " at " + host}
	switch {
	case err != nil:
		c.say, c.fix = err.Error(), fixOf(err.Error())
	case answer.Status == http.StatusOK:
	case answer.Status == http.StatusForbidden || answer.Status == http.StatusUnauthorized:
		c.say = fmt.Sprintf("%s is denied (%s): allow %s", q.Operation, code, call.Action())
		c.fix = "attach the policy that esaudit permissions --for collect writes; this call needs " + call.Action()
	case answer.Status == 0:
		c.say = fmt.Sprintf("%s at %s has no answer: %s", q.Operation, host, answer.Err)
		c.fix = l.fixOfWay(q.Product, host, inside, region)
	default:
		c.say = fmt.Sprintf("%s: HTTP %d %s", q.Operation, answer.Status, code)
		c.fix = "the product may not be there in this region: name another one (--region), or look for the code in the vendor's documentation"
	}
	return c
}

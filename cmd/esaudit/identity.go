package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

func (a *app) whoamiCommand() *cobra.Command {
	l := newLiveFlags()
	format := choice{value: "table", allowed: []string{"table", "json"}}
	cmd := &cobra.Command{
		Use:   "whoami",
		Short: "Say which identity is used, and where its credentials come from",
		Args:  arguments(0),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, _ []string) error {
			w, err := a.connect(ctx, l)
			if err != nil {
				return err
			}
			defer w.cloud.Close()
			who, err := w.cloud.Caller(w.base).WhoAmI(ctx)
			if err != nil {
				return usage(err)
			}
			text := fmt.Appendf(nil, "%s\naccount  %s\ntype     %s\nfrom     %s\n", oneLine(who.ARN), oneLine(who.Account), oneLine(who.Type), oneLine(who.Source))
			if format.value == "json" {
				text, err = document(map[string]string{"account": who.Account, "type": who.Type, "arn": who.ARN, "source": who.Source})
			}
			if err != nil {
				return err
			}
			return a.write(destination{format.value, ""}, text)
		}),
	}
	cmd.Flags().VarP(&format, "format", "f", "`FORMAT`: table, json")
	l.addReach(cmd.Flags())
	return cmd
}

func (a *app) doctorCommand() *cobra.Command {
	l := newLiveFlags()
	var region string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check credentials, permissions, clock, endpoint and proxy",
		Long: `doctor asks the API who you are and sends one read request of every product, and
says what is wrong and what would mend it.`,
		Args: arguments(0),
		RunE: a.command(func(ctx context.Context, _ *cobra.Command, _ []string) error { return a.doctor(ctx, l, region) }),
	}
	l.addReach(cmd.Flags())
	cmd.Flags().StringVar(&region, "region", "cn-hangzhou", "ask in this `REGION`")
	return cmd
}

// maxSkew is how far a clock may be from the API's: requests are refused beyond
// a quarter of an hour.
const maxSkew = 5 * time.Minute

func (a *app) doctor(ctx context.Context, l *liveFlags, region string) error {
	w, err := a.connect(ctx, l)
	if err != nil {
		return err
	}
	defer w.cloud.Close()
	caller := w.cloud.Caller(w.base)
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := func(mark, what, say string) { fmt.Fprintf(t, "%s\t%s\t%s\n", mark, what, oneLine(say)) }
	where := "the vendor's endpoints"
	if l.endpoint != "" {
		where = l.endpoint
	}
	line("ok", "credentials", w.base.Source())
	who, err := caller.WhoAmI(ctx)
	if err != nil {
		return usage(err)
	}
	line("ok", "identity", who.ARN)
	line("ok", "endpoint", where+a.proxied())
	late := a.skew(who.Date)
	mark := map[bool]string{true: "ok", false: "WRONG"}[late.Abs() < maxSkew]
	line(mark, "clock", fmt.Sprintf("%s from the API's own", late.Round(time.Second)))
	refused := 0
	for _, q := range probes(region) {
		ok, say := probe(ctx, caller, q)
		if mark = "ok"; !ok {
			mark, refused = "WRONG", refused+1
		}
		line(mark, q.Product, say)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write checks: %w", err)
	}
	if err := a.write(destination{"table", ""}, b.Bytes()); err != nil {
		return err
	}
	if refused > 0 {
		return &ending{incomplete, fmt.Errorf("doctor: %d %s not be read; esaudit permissions --for collect writes the policy that is needed", refused, plural(refused, "product")+" can")}
	}
	return nil
}

// proxied names the proxy that the environment asks for, without what may be
// secret in it.
func (a *app) proxied() string {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		if a.getenv(name) != "" {
			return ", through the proxy of " + name
		}
	}
	return ""
}

// skew is how much later the local clock is than the API's.
func (a *app) skew(date string) time.Duration {
	t, err := http.ParseTime(date)
	if err != nil {
		return 0
	}
	return time.Since(t)
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

func probe(ctx context.Context, caller api.Caller, q api.Request) (ok bool, say string) {
	answer, err := caller.Call(ctx, q)
	call := snapshot.Call{Product: q.Product, Operation: q.Operation, Region: snapshot.Global}
	code := ""
	if body, parseErr := snapshot.ParseJSON(answer.Body); parseErr == nil {
		code = body.Get("Code").Text()
	}
	switch {
	case err != nil:
		return false, err.Error()
	case answer.Status == http.StatusOK:
		return true, q.Operation
	case answer.Status == http.StatusForbidden || answer.Status == http.StatusUnauthorized:
		return false, fmt.Sprintf("%s is denied (%s): allow %s", q.Operation, code, call.Action())
	case answer.Status == 0:
		return false, fmt.Sprintf("%s has no answer: %s", q.Operation, answer.Err)
	}
	return false, fmt.Sprintf("%s: HTTP %d %s", q.Operation, answer.Status, code)
}

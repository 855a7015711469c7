package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"esaudit/collector/api"
	"esaudit/collector/cloud"
	"esaudit/snapshot"
)

// probesAtOnce is how many requests doctor sends at a time.
const probesAtOnce = 8

// probes are one request a product, each of which every account can answer: product
// and operation.
func probes() [][2]string {
	return [][2]string{
		{"elasticsearch", "ListInstance"}, {"slb", "DescribeLoadBalancers"}, {"nlb", "ListLoadBalancers"}, {"alb", "ListLoadBalancers"},
		{"privatelink", "ListVpcEndpointServices"}, {"vpc", "DescribeVpcs"}, {"vpcpeer", "ListVpcPeerConnections"}, {"cbn", "DescribeCens"},
		{"ecs", "DescribeSecurityGroups"}, {"actiontrail", "DescribeTrails"}, {"ram", "ListUsers"}, {"resourcemanager", "ListPolicyAttachments"},
	}
}

// probeAll asks every product, in each of some regions where it has any.
func (l *liveFlags) probeAll(ctx context.Context, w *cloud.Cloud, caller api.Caller, regions []string) []check {
	var asked []string
	for _, r := range regions {
		if !slices.Contains(asked, r) {
			asked = append(asked, r)
		}
	}
	answers := make([][]probed, len(probes()))
	var group errgroup.Group
	group.SetLimit(probesAtOnce)
	for i, p := range probes() {
		in := asked
		if p[0] == "ram" || p[0] == "resourcemanager" {
			in = asked[:1]
		}
		answers[i] = make([]probed, len(in))
		for j, region := range in {
			group.Go(func() error {
				answers[i][j] = l.probe(ctx, w, caller, p[0], p[1], region)
				return nil
			})
		}
	}
	_ = group.Wait() // no probe fails: what is wrong is in its check
	var checks []check
	for i, p := range probes() {
		checks = append(checks, summed(p[1], answers[i])...)
	}
	return checks
}

// probed is a check of a product in a region; checks of one kind say the same, but
// for the host.
type probed struct {
	check
	region, kind string
}

// summed are the checks of a product over regions: one line for all where it answers,
// and one for each kind of failure, with the regions that have it.
func summed(operation string, list []probed) []check {
	if len(list) == 1 {
		return []check{list[0].check}
	}
	var good []string
	var kinds []string
	failed := map[string][]probed{}
	for _, p := range list {
		switch {
		case p.fix == "":
			good = append(good, p.region)
		case failed[p.kind] == nil:
			kinds = append(kinds, p.kind)
			fallthrough
		default:
			failed[p.kind] = append(failed[p.kind], p)
		}
	}
	var out []check
	if len(good) > 0 {
		out = append(out, check{what: list[0].what, say: fmt.Sprintf("%s answers in %s", operation, strings.Join(good, ", "))})
	}
	for _, kind := range kinds {
		c := failed[kind][0].check
		if len(failed[kind]) < len(list) || c.say != failed[kind][1].say {
			c.what += " " + failed[kind][0].region
			var others []string
			for _, p := range failed[kind][1:] {
				others = append(others, p.region)
			}
			if others != nil {
				c.say = fmt.Sprintf("%s; the same in %s", c.say, strings.Join(others, ", "))
			}
		}
		out = append(out, c)
	}
	return out
}

// probe asks a product, at the endpoint where an audit would ask it in a region.
func (l *liveFlags) probe(ctx context.Context, w *cloud.Cloud, caller api.Caller, product, operation, region string) probed {
	host, inside, err := w.Host(product, region)
	if err != nil {
		return probed{check{product, err.Error(), "name a region of the vendor's, as cn-hangzhou (--region)"}, region, "host"}
	}
	q := api.Request{Region: region, Product: product, Operation: operation, Params: map[string]string{}}
	if product == "ram" || product == "resourcemanager" {
		q.Region = ""
	}
	answer, err := caller.Call(ctx, q)
	call := snapshot.Call{Product: product, Operation: operation, Region: snapshot.Global}
	code := ""
	if body, parseErr := snapshot.ParseJSON(answer.Body); parseErr == nil {
		code = body.Get("Code").Text()
	}
	c := check{what: product, say: operation + " at " + host}
	kind := fmt.Sprint(answer.Status, code, answer.Err)
	switch {
	case err != nil:
		c.say, c.fix = err.Error(), fixOf(err.Error())
		kind = c.say
	case answer.Status == http.StatusOK:
	case answer.Status == http.StatusForbidden || answer.Status == http.StatusUnauthorized:
		c.say = fmt.Sprintf("%s is denied (%s): allow %s", operation, code, call.Action())
		c.fix = "attach the policy that esaudit permissions --for collect writes; this call needs " + call.Action()
	case answer.Status == 0:
		c.say = fmt.Sprintf("%s at %s has no answer: %s", operation, host, answer.Err)
		c.fix = l.fixOfWay(product, host, inside, region)
	default:
		c.say = fmt.Sprintf("%s: HTTP %d %s", operation, answer.Status, code)
		c.fix = "the product may not be there in this region: name another one (--region), or look for the code in the vendor's documentation"
	}
	return probed{c, region, kind}
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

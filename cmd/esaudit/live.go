package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"esaudit/collector"
	"esaudit/collector/cloud"
	"esaudit/collector/recording"
	"esaudit/internal/demo"
	"esaudit/internal/emulator"
	"esaudit/snapshot"
)

// liveFlags say how live accounts are reached and collected. Every command
// that takes an ESTATE has them.
type liveFlags struct {
	regions  []string
	profile  string
	roles    []string
	endpoint string
	own      []string // endpoints of single products, PRODUCT=URL
	vpc      string   // the region in a VPC of which this runs

	organisation string
	skipOwn      bool

	attribution bool

	only     []string
	clusters []string
	maxQPS   float64
	rates    string
	progress choice
	record   string
	resume   bool
	since    string

	quota func(product, operation string) cloud.Quota // nil: what the vendor documents
}

func newLiveFlags() *liveFlags {
	return &liveFlags{progress: choice{value: "auto", allowed: []string{"auto", "plain", "none"}}}
}

// addReach adds the flags that say where live accounts are.
func (l *liveFlags) addReach(flags *pflag.FlagSet) {
	flags.StringVar(&l.profile, "profile", "", "use this `PROFILE` of the vendor's command line")
	flags.StringVar(&l.endpoint, "endpoint", "", "`URL` of all products instead of the vendor's: https, or http to a loopback address")
	flags.StringSliceVar(&l.own, "product-endpoint", nil, "endpoint of one product, as `PRODUCT=URL`, before --endpoint (repeatable)")
	flags.StringVar(&l.vpc, "vpc-endpoints", "", "this runs in a VPC of `REGION`: ask products at their private endpoints there, as far as they have any")
	flags.Float64Var(&l.maxQPS, "max-qps", 0, "send at most this `NUMBER` of requests a second (default the vendor's own limits)")
}

// addCollect adds the flags that say what is collected.
func (l *liveFlags) addCollect(flags *pflag.FlagSet) {
	l.addReach(flags)
	l.addAccounts(flags)
	flags.StringSliceVar(&l.only, "only", nil, "ask this `PRODUCT` only: "+strings.Join(collector.Products(), ", ")+" (repeatable)")
	flags.StringVar(&l.since, "since", "", "take over from `OLD`, a snapshot or recording of the same account, what the API says has not changed since, instead of asking again")
	flags.StringVar(&l.rates, "rates", "", "remember in `FILE` which rates accounts were found to allow; none remembers nothing (default esaudit/rates.json in the user's cache directory)")
	flags.BoolVar(&l.attribution, "attribution", false, "ask who changed settings, and when: action records of clusters, events of ActionTrail")
	flags.Var(&l.progress, "progress", "`HOW` a collection tells how far it is: auto, plain, none")
}

// addAccounts adds the flags that say which accounts are collected.
func (l *liveFlags) addAccounts(flags *pflag.FlagSet) {
	flags.StringSliceVar(&l.roles, "account-role", nil, "collect the account of this role `ARN` too; @FILE names a file with one on each line (repeatable)")
	flags.StringVar(&l.organisation, "organization-role", "", "collect every account of the resource directory too, by the role of this `NAME` in each")
	flags.BoolVar(&l.skipOwn, "skip-own-account", false, "collect the accounts of roles only, not the caller's own")
}

// asking names a flag of the command line that says which accounts are asked, or what
// for; "" for none. What is read already has been asked. Settings of the environment and
// of the configuration serve all commands.
func (a *app) asking(l *liveFlags) string {
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"since", l.since != ""},
		{"only", len(l.only) > 0},
		{"cluster", len(l.clusters) > 0},
		{"account-role", len(l.roles) > 0},
		{"organization-role", l.organisation != ""},
		{"skip-own-account", l.skipOwn},
		{"attribution", l.attribution},
	} {
		if f.given && a.sources[f.name] == "--"+f.name {
			return a.sources[f.name]
		}
	}
	return ""
}

// outside names a region that an estate has and that is not among those of --region; ""
// for none, and where none are given on the command line.
func (a *app) outside(l *liveFlags, s *snapshot.Snapshot) string {
	if len(l.regions) == 0 || a.sources["region"] != "--region" {
		return ""
	}
	for _, account := range s.Accounts() {
		for _, region := range account.Regions {
			if !slices.Contains(l.regions, region) {
				return region
			}
		}
	}
	return ""
}

// addRegions adds --region, where the command has none of its own.
func (l *liveFlags) addRegions(flags *pflag.FlagSet) {
	flags.StringSliceVar(&l.regions, "region", nil, "collect this `REGION` only (repeatable; default all that the API knows)")
}

// way is a way to the API, and the identity that goes it.
type way struct {
	cloud *cloud.Cloud
	base  *cloud.Credentials
}

// connect finds the way to live accounts. What is wrong is the user's to mend.
func (a *app) connect(ctx context.Context, l *liveFlags) (*way, error) {
	reads := map[string]bool{"resourcemanager." + listAccounts: true}
	for _, c := range readsOf(l.attribution) {
		reads[c.Product+"."+c.Operation] = true
	}
	own, err := l.endpoints()
	if err != nil {
		return nil, usage(err)
	}
	c, err := cloud.New(cloud.Options{
		Allowed: func(product, operation string) bool { return reads[product+"."+operation] },
		Getenv:  a.getenv, Home: a.getenv("HOME"), Profile: l.profile, Endpoint: l.endpoint, Endpoints: own, VPC: l.vpc,
		MaxQPS: l.maxQPS, Quota: l.quota, UserAgent: "esaudit/" + version,
	})
	if err != nil {
		return nil, usage(err)
	}
	base, err := c.Credentials(ctx)
	if err != nil {
		return nil, usage(err)
	}
	return &way{cloud: c, base: base}, nil
}

// endpoints reads those of single products.
func (l *liveFlags) endpoints() (map[string]string, error) {
	out := map[string]string{}
	for _, text := range l.own {
		product, url, ok := strings.Cut(text, "=")
		if !ok || out[product] != "" {
			return nil, fmt.Errorf("read settings: --product-endpoint takes PRODUCT=URL, each product once")
		}
		out[product] = url
	}
	return out, nil
}

// readsOf are the operations of a collection, with attribution or without, by
// product and operation.
func readsOf(attribution bool) []snapshot.Call {
	list := collector.Reads()
	if attribution {
		list = append(list, collector.AttributionReads()...)
	}
	slices.SortFunc(list, func(a, b snapshot.Call) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Operation, b.Operation))
	})
	return list
}

// collectLive asks the API for everything. Several accounts are recorded each
// into a directory of its own.
func (a *app) collectLive(ctx context.Context, l *liveFlags) (*recording.Recording, error) {
	w, err := a.connect(ctx, l)
	if err != nil {
		return nil, err
	}
	defer w.cloud.Close()
	own, err := w.cloud.Caller(w.base).WhoAmI(ctx)
	if err != nil {
		return nil, usage(err)
	}
	list, err := a.members(ctx, l, w, own)
	if err != nil {
		return nil, err
	}
	return a.collectMembers(ctx, l, w, own, list)
}

// collected tells the user's mistakes from the tool's.
func collected(err error) error {
	_, region := errors.AsType[*collector.RegionError](err)
	_, option := errors.AsType[*collector.OptionError](err)
	if region || option || errors.Is(err, collector.ErrNoAnswer) || errors.Is(err, collector.ErrRefused) {
		return usage(err)
	}
	return err
}

// demoRate is how many requests of an operation a second the demonstration is
// asked: its server is this very process, which nobody else waits for.
const demoRate = 100_000

// collectDemo serves the demonstration as the vendor's API and collects it, so
// that what is shown goes the way that a live account goes.
func (a *app) collectDemo(ctx context.Context) (*recording.Recording, error) {
	recorded, err := recording.OpenFS(demo.FS())
	if err != nil {
		return nil, err
	}
	server, err := emulator.New(recorded.Parts, emulator.Options{})
	if err != nil {
		return nil, err
	}
	l, err := emulator.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(serving, l) }()
	defer func() { stop(); <-ended }()
	key := server.Key()
	env := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": key.ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key.Secret}
	inner := &app{stderr: a.stderr, quiet: true, getenv: func(name string) string { return env[name] }}
	flags := newLiveFlags()
	flags.endpoint, flags.progress.value = "http://"+l.Addr().String(), "none"
	flags.quota = func(string, string) cloud.Quota { return cloud.Quota{Calls: demoRate, Window: time.Second} }
	return inner.collectLive(ctx, flags)
}

// estateOf assembles what was collected.
func estateOf(name string, r *recording.Recording) (estate, error) {
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		return estate{}, fmt.Errorf("open estate %s: %w", name, err)
	}
	return estate{snapshot: s}, nil
}

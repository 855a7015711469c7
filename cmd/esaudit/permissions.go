package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"esaudit/collector/cloud"
	"esaudit/fix"
)

// The purposes of a policy.
const (
	forCollect = "collect"
	forFix     = "fix"
)

func (a *app) permissionsCommand() *cobra.Command {
	purpose := choice{value: forCollect, allowed: []string{forCollect, forFix}}
	var output, plan string
	var attribution bool
	cmd := &cobra.Command{
		Use:   "permissions --for collect|fix [--plan PLAN]",
		Short: "Write the least RAM policy that a collection, or a plan of corrections, needs",
		Long: `permissions writes a RAM policy. --for collect allows the reads of a collection and
nothing else. --for fix --plan PLAN allows the writes of that plan and of its undo,
on the objects it changes, beside the reads that compare and verify; without
--plan it allows every correction on every object.`,
		Example: `  esaudit permissions --for collect > policy.json
  esaudit permissions --for collect --attribution > policy.json
  esaudit permissions --for fix --plan fix.plan > policy.json`,
		Args: arguments(0),
		RunE: a.command(func(context.Context, *cobra.Command, []string) error {
			policy := collectPolicy(attribution)
			switch {
			case plan != "" && purpose.value != forFix:
				return usagef("permissions: --plan belongs to --for fix")
			case purpose.value == forFix && plan == "":
				policy.Statement = append(policy.Statement, everyWrite())
			case purpose.value == forFix:
				p, err := readPlan(plan)
				if err != nil {
					return err
				}
				writes, err := writesOf(p)
				if err != nil {
					return usagef("permissions: %s: %w", plan, err)
				}
				policy.Statement = append(policy.Statement, writes...)
			}
			text, err := document(policy)
			if err != nil {
				return err
			}
			return a.write(destination{"policy", output}, text)
		}),
	}
	cmd.Flags().Var(&purpose, "for", "`PURPOSE` of the policy: collect, fix")
	cmd.Flags().StringVar(&plan, "plan", "", "only what the plan in `FILE` needs (with --for fix)")
	cmd.Flags().BoolVar(&attribution, "attribution", false, "the reads of collect --attribution too")
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `FILE` (default standard output)")
	return cmd
}

// readPlan reads a plan of corrections.
func readPlan(file string) (*fix.Plan, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("read plan: %w", err)
	}
	p, err := fix.ParsePlan(data)
	if err != nil {
		return nil, usagef("%s: %w", file, err)
	}
	return p, nil
}

// ramPolicy is a policy document in the vendor's grammar.
type ramPolicy struct {
	Version   string
	Statement []ramStatement
}

// ramStatement allows actions on a resource, which is one ARN or, of a plan's
// writes, several.
type ramStatement struct {
	Effect   string
	Action   []string
	Resource any
}

// collectPolicy allows what the plan of a collection asks for, and nothing else:
// a statement for each product. With attribution, what that asks for too.
func collectPolicy(attribution bool) ramPolicy {
	p := ramPolicy{Version: "1"}
	for _, c := range readsOf(attribution) {
		action := c.Action()
		code, _, _ := strings.Cut(action, ":")
		last := len(p.Statement) - 1
		if last < 0 || !strings.HasPrefix(p.Statement[last].Action[0], code+":") {
			p.Statement = append(p.Statement, ramStatement{Effect: "Allow", Resource: "*"})
			last++
		}
		s := &p.Statement[last]
		if len(s.Action) == 0 || s.Action[len(s.Action)-1] != action {
			s.Action = append(s.Action, action)
		}
	}
	return p
}

// everyWrite allows every correction on every object.
func everyWrite() ramStatement {
	var actions []string
	for _, o := range cloud.Writes() {
		actions = append(actions, o.Actions...)
	}
	slices.Sort(actions)
	return ramStatement{Effect: "Allow", Action: slices.Compact(actions), Resource: "*"}
}

// writesOf allows the writes of a plan, and of its undo, each on the objects that
// it changes: a statement for each set of objects.
func writesOf(p *fix.Plan) ([]ramStatement, error) {
	objects := map[string][]string{} // by action
	for _, a := range p.Actions {
		for _, c := range []*fix.Call{&a.Call, a.Inverse} {
			if c == nil {
				continue
			}
			arn, err := resourceOf(c, p.Account)
			if err != nil {
				return nil, fmt.Errorf("action %s: %w", a.ID, err)
			}
			for _, o := range cloud.Writes() {
				if o.Product == c.Product && o.Operation == c.Operation {
					for _, action := range o.Actions {
						objects[action] = append(objects[action], arn)
					}
				}
			}
		}
	}
	together := map[string]*ramStatement{} // by their objects
	for _, action := range slices.Sorted(maps.Keys(objects)) {
		arns := objects[action]
		slices.Sort(arns)
		arns = slices.Compact(arns)
		key := strings.Join(arns, "\n")
		if together[key] == nil {
			together[key] = &ramStatement{Effect: "Allow", Resource: arns}
		}
		together[key].Action = append(together[key].Action, action)
	}
	var out []ramStatement
	for _, key := range slices.Sorted(maps.Keys(together)) {
		out = append(out, *together[key])
	}
	return out, nil
}

// resourceOf is the ARN of what a write changes (RAM authentication of each
// product in the vendor's reference).
func resourceOf(c *fix.Call, account string) (string, error) {
	for _, r := range []struct{ product, param, path string }{
		{"elasticsearch", "InstanceId", "instances"}, {"slb", "AclId", "acl"}, {"slb", "LoadBalancerId", "loadbalancer"},
		{"nlb", "ServerGroupId", "servergroup"}, {"nlb", "LoadBalancerId", "loadbalancer"},
		{"privatelink", "ServiceId", "vpcendpointservice"}, {"privatelink", "EndpointId", "vpcendpoint"}, {"ecs", "SecurityGroupId", "securitygroup"},
	} {
		if id := c.Params[r.param]; r.product == c.Product && id != "" {
			return fmt.Sprintf("acs:%s:%s:%s:%s/%s", r.product, c.Region, account, r.path, id), nil
		}
	}
	return "", fmt.Errorf("%s:%s names no object", c.Product, c.Operation)
}

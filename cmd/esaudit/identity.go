package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"esaudit/collector"
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

func (a *app) permissionsCommand() *cobra.Command {
	purpose := choice{value: "collect", allowed: []string{"collect"}, later: []string{"fix"}}
	var output string
	cmd := &cobra.Command{
		Use:     "permissions --for collect",
		Short:   "Write the least RAM policy that a collection needs",
		Example: `  esaudit permissions --for collect > policy.json`,
		Args:    arguments(0),
		RunE: a.command(func(context.Context, *cobra.Command, []string) error {
			text, err := document(collectPolicy())
			if err != nil {
				return err
			}
			return a.write(destination{"policy", output}, text)
		}),
	}
	cmd.Flags().Var(&purpose, "for", "`PURPOSE` of the policy: collect")
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `FILE` (default standard output)")
	return cmd
}

// ramPolicy is a policy document in the vendor's grammar.
type ramPolicy struct {
	Version   string
	Statement []ramStatement
}

type ramStatement struct {
	Effect   string
	Action   []string
	Resource string
}

// collectPolicy allows what the plan of a collection asks for, and nothing else:
// a statement for each product.
func collectPolicy() ramPolicy {
	p := ramPolicy{Version: "1"}
	for _, c := range collector.Reads() {
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

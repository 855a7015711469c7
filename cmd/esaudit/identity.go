package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
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

package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func completionCommand() *cobra.Command {
	shells := []string{"bash", "fish", "powershell", "zsh"}
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Write the completion script of a shell: " + strings.Join(shells, ", "),
		Example:   `  source <(esaudit completion bash)`,
		ValidArgs: shells,
		Args:      arguments(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			shell := strings.Join(args, "")
			root, out := cmd.Root(), cmd.OutOrStdout()
			switch shell {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			case "zsh":
				return root.GenZshCompletion(out)
			}
			return usagef("write completion: unknown shell %q (one of %s)", shell, strings.Join(shells, ", "))
		},
	}
}

// completeChoices lets a shell complete the values of flags that have a fixed
// set of them.
func completeChoices(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if c, ok := f.Value.(*choice); ok {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp))
		}
	})
}

package usage

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var shells = []string{"bash", "fish", "powershell", "zsh"}

// completionCommand is cobra's own but for its words.
func completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a script that completes commands, flags and values in a shell",
		Long: `Print a script that completes commands, flags and values in bash, zsh, fish or powershell.

  bash  source <(xds-server completion bash)      needs the package bash-completion
  zsh   source <(xds-server completion zsh)       after compinit
  fish  xds-server completion fish | source

For every session, put the line into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish.`,
		ValidArgsFunction: Values(shells...),
		RunE: func(c *cobra.Command, args []string) error {
			root, out := c.Root(), c.OutOrStdout()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			}
			return Errorf("SHELL %q: must be one of %s", args[0], strings.Join(shells, ", "))
		},
	}
}

// Values completes one of some words.
func Values(words ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}

// Complete has the flag of c completed by f.
func Complete(c *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := c.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(fmt.Sprintf("%s: %v", c.Name(), err)) // there is no such flag
	}
}

// CompleteConfig has a flag of c completed by files that may be configs.
func CompleteConfig(c *cobra.Command, flag string) { Complete(c, flag, configs) }

func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func configs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}

// completeArguments goes by their names.
func completeArguments(taken []argument) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		i := len(args)
		if n := len(taken); n > 0 && taken[n-1].many {
			i = min(i, n-1)
		}
		switch {
		case i >= len(taken):
		case taken[i].name == "FILE":
			return configs(c, args, typed)
		case taken[i].name == "DIR":
			return folders(c, args, typed)
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeFlags goes by the word for a flag's value: names of files are of no use for most.
func completeFlags(c *cobra.Command) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if _, ok := c.GetFlagCompletionFunc(f.Name); ok || f.Value.Type() == "bool" {
			return
		}
		switch word, _ := pflag.UnquoteUsage(f); word {
		case "file", "path":
		case "folder":
			Complete(c, f.Name, folders)
		default:
			Complete(c, f.Name, cobra.NoFileCompletions)
		}
	})
}

package usage

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/colour"
)

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say what a command does, and its flags",
		ValidArgsFunction: func(c *cobra.Command, args []string, typed string) (names []string, _ cobra.ShellCompDirective) {
			for _, sub := range c.Root().Commands() {
				if sub.IsAvailableCommand() && len(args) == 0 && strings.HasPrefix(sub.Name(), typed) {
					names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			of, rest, err := c.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = unknownCommand(c.Root(), rest)
			}
			if err != nil {
				return err
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}

// columns are those of a line of help that goes to no terminal.
const columns = 100

// help prints what a command does. On a terminal lines are no longer than that is wide.
func help(c *cobra.Command, _ []string) {
	w := c.OutOrStdout()
	p := colour.For(w)
	width := columns
	if colour.IsTerminal(w) {
		width = min(width, colour.Width(w))
	}
	what := c.Long
	if what == "" {
		what = c.Short
	}
	fmt.Fprintf(w, "%s\n\n%s\n  %s\n", strings.TrimSpace(what), p.Strong("Usage:"), c.UseLine())
	if c.Example != "" {
		fmt.Fprintf(w, "\n%s\n%s\n", p.Strong("Examples:"), c.Example)
	}
	if c.HasAvailableSubCommands() {
		helpCommands(w, p, c)
	}
	if c.HasAvailableLocalFlags() {
		fmt.Fprintf(w, "\n%s\n%s", p.Strong("Flags:"), Flags(c).FlagUsagesWrapped(width))
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n%s COMMAND --help has the rest.\n", c.CommandPath())
	}
}

// Flags are those of c with the variables that stand in for them, for people.
func Flags(c *cobra.Command) *pflag.FlagSet {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.SortFlags = c.Flags().SortFlags
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		shown := *f
		if name := VariableOf(f); name != "" {
			// Between the words and the default value, which pflag puts last. Hand-made line ends are not for wrapped lines.
			shown.Usage = strings.ReplaceAll(f.Usage, "\n", " ") + " [" + name + "]"
		}
		flags.AddFlag(&shown)
	})
	return flags
}

// helpCommands lists them by the groups of c, and last those of none.
func helpCommands(w io.Writer, p colour.Palette, c *cobra.Command) {
	list := func(title, id string) {
		for _, sub := range c.Commands() {
			if !sub.IsAvailableCommand() || sub.GroupID != id {
				continue
			}
			if title != "" {
				fmt.Fprintf(w, "\n%s\n", p.Strong(title+":"))
				title = ""
			}
			fmt.Fprintf(w, "  %-*s  %s\n", c.NamePadding(), sub.Name(), sub.Short)
		}
	}
	for _, g := range c.Groups() {
		list(g.Title, g.ID)
	}
	if len(c.Groups()) > 0 {
		list("Other", "")
	} else {
		list("Commands", "")
	}
}

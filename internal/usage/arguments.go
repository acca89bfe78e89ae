package usage

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/spelling"
)

// argument is one that a command takes.
type argument struct {
	name           string
	optional, many bool // of many the last argument of a command may be
}

// declared reads a command's Use; rest says that anything may follow after `--`.
func declared(use string) (all []argument, rest bool) {
	words := strings.Fields(use)
	for _, word := range words[min(1, len(words)):] {
		name := strings.Trim(word, "[]")
		switch {
		case name == "--":
			return all, true
		case name == "flags":
		default:
			trimmed := strings.TrimSuffix(strings.TrimSuffix(name, "..."), "…")
			all = append(all, argument{name: trimmed, optional: word[0] == '[', many: trimmed != name})
		}
	}
	return all, false
}

func checkArguments(c *cobra.Command, taken []argument, rest bool, args []string) error {
	if dash := c.ArgsLenAtDash(); rest && dash >= 0 {
		args = args[:dash]
	}
	for i, a := range taken {
		if i >= len(args) && !a.optional {
			return Errorf("%s is missing", a.name)
		}
	}
	for i, arg := range args {
		many := len(taken) > 0 && taken[len(taken)-1].many
		switch {
		case i >= len(taken) && len(taken) == 0:
			return Errorf("%s: it takes no argument", spelling.Quote(arg))
		case i >= len(taken) && !many:
			return Errorf("%s: one argument too many", spelling.Quote(arg))
		case arg == "":
			return Errorf("%s is empty", taken[min(i, len(taken)-1)].name)
		}
	}
	return nil
}

// unknownCommand is for the root, whose arguments are all commands that are not there.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	words := "there is no command " + spelling.Quote(args[0])
	for _, name := range names {
		if strings.HasPrefix(name, args[0]) && args[0] != "" {
			return Errorf("%s: do you mean %s?", words, name)
		}
	}
	if name := spelling.Nearest(args[0], names); name != "" {
		return Errorf("%s: do you mean %s?", words, name)
	}
	return Errorf("%s", words)
}

// Package usage is what all commands of a program have in common: arguments and flags are judged, completed and explained
// alike, a variable of the environment stands in for each flag, and a wrong command line is told from all other errors.
package usage

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/colour"
)

// Error is a command line that says nothing a command could do: a wrong flag, argument or value.
type Error struct{ err error }

func (e *Error) Error() string { return e.err.Error() }
func (e *Error) Unwrap() error { return e.err }

// Errorf returns an *Error. One about the value of a flag begins with the flag: `--every -1s: must not be negative`.
func Errorf(format string, args ...any) error { return &Error{fmt.Errorf(format, args...)} }

// Wrap makes err an *Error, nil excepted.
func Wrap(err error) error {
	if err == nil {
		return nil
	}
	return &Error{err}
}

// Prepare completes root once all its commands are there. Variables begin with prefix, such as LIVEFILTER_. The argument
// names in each command's Use are all that is said about arguments: `diff A B`, `serve [FILE]`, `validate FILE...`,
// `dev DIR [-- COMMAND...]`; a FILE is a config, a DIR a folder.
func Prepare(root *cobra.Command, prefix string) {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetHelpCommand(helpCommand())
	root.InitDefaultHelpCmd()
	root.AddCommand(completionCommand())
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(help)
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		if err := ReadVariables(c); err != nil {
			return err
		}
		if err := checkRequired(c); err != nil {
			return err
		}
		if err := checkTogether(c); err != nil {
			return err
		}
		return checkNegative(c)
	}
	root.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	root.Args = unknownCommand
	for _, c := range root.Commands() {
		prepare(c, prefix)
	}
}

func prepare(c *cobra.Command, prefix string) {
	taken, rest := declared(c.Use)
	c.Args = func(c *cobra.Command, args []string) error { return checkArguments(c, taken, rest, args) }
	if c.ValidArgsFunction == nil {
		c.ValidArgsFunction = completeArguments(taken)
	}
	if c.Name() != "help" && c.Name() != "completion" {
		nameVariables(c, prefix)
	}
	completeFlags(c)
	for _, sub := range c.Commands() {
		prepare(sub, prefix)
	}
}

// Explain prints err, which c ended with. A wrong command line is told together with the right one.
func Explain(w io.Writer, c *cobra.Command, err error) {
	p := colour.For(w)
	words := byVariable(c, withoutCall(err))
	var wrong *Error
	if !errors.As(err, &wrong) {
		fmt.Fprintln(w, painted(p, words))
		return
	}
	fmt.Fprintf(w, "%s: %s\n", p.Strong(c.CommandPath()), p.Bad(words))
	fmt.Fprintf(w, "usage: %s\n", c.UseLine())
	fmt.Fprintf(w, "help:  %s --help\n", c.CommandPath())
}

// withoutCall is err without the name of a system call: what could not be opened matters, and not that it was.
func withoutCall(err error) string {
	if call := (*fs.PathError)(nil); errors.As(err, &call) {
		return strings.Replace(err.Error(), call.Error(), call.Path+": "+call.Err.Error(), 1)
	}
	return err.Error()
}

var position = regexp.MustCompile(`^\S+:\d+:\d+:`)

// painted has the positions in files stand out.
func painted(p colour.Palette, words string) string {
	lines := strings.Split(words, "\n")
	for i, line := range lines {
		if m := position.FindString(line); m != "" {
			lines[i] = p.Strong(m) + p.Bad(line[len(m):])
		} else {
			lines[i] = p.Bad(line)
		}
	}
	return strings.Join(lines, "\n")
}

// dashed is a flag as it is typed.
func dashed(f *pflag.Flag) string { return "--" + f.Name }

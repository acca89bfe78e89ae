package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/usage"
)

// The exit statuses of every command.
const (
	exitRefused     = 1 // a config is refused or not live, or something went wrong on the way
	exitUsage       = 2 // the command line is wrong: flag, argument or value
	exitUnreachable = 3 // no livefilter server answered
)

// errSaid ends the program with status 1 where the reason has been printed already.
var errSaid = errors.New("said")

// errUnreachable is why no livefilter server answered.
type errUnreachable struct{ error }

func (e errUnreachable) Unwrap() error { return e.error }

// exitStatus prints err, which c ended with.
func exitStatus(c *cobra.Command, stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	if !errors.Is(err, errSaid) {
		usage.Explain(stderr, c, err)
	}
	var wrong *usage.Error
	var unreachable errUnreachable
	switch {
	case errors.As(err, &wrong):
		return exitUsage
	case errors.As(err, &unreachable):
		return exitUnreachable
	}
	return exitRefused
}

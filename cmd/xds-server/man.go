package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/manpage"
	"github.com/livefilter/livefilter/internal/render"
	"github.com/livefilter/livefilter/internal/version"
)

// manCommand is for those who make packages.
func manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages into a folder",
		Hidden: true,
		RunE: func(c *cobra.Command, args []string) error {
			var files []render.File
			for _, f := range manpage.Of(c.Root(), version.Of().Version, manNotes) {
				files = append(files, render.File{Name: f.Name, Data: f.Data})
			}
			if err := render.Write(args[0], files); err != nil {
				return fmt.Errorf("man: %w", err)
			}
			return nil
		},
	}
}

var manNotes = []manpage.Note{
	{Heading: "ENVIRONMENT", Text: `Each option has a variable, named in brackets; the option goes before it. One that may be given several times takes words
with commas between. NO_COLOR=1 turns colours off.`},
	{Heading: "EXIT STATUS", Text: `0 for good; 1 where a config is refused or not live, or something went wrong; 2 for a wrong command line; 3 where no
livefilter server answers.`},
}

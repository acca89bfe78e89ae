package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/version"
)

func versionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Say which release this is, of which commit, and by which Go it was built",
		RunE: func(c *cobra.Command, _ []string) error {
			if asJSON {
				return printJSON(c.OutOrStdout(), version.Of())
			}
			_, err := fmt.Fprintln(c.OutOrStdout(), "xds-server", version.Of())
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

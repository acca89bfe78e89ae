package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/live"
)

func retryCommand() *cobra.Command {
	var server where
	c := &cobra.Command{
		Use:   "retry",
		Short: "Try again now what was refused, by the server or by Envoys",
		Long: `Try again now what was refused, by the server or by Envoys, for a reason that may be gone: a
host that DNS did not know, a port that was in use. The server loads the config as it is on
disk, and sends the Envoys again what they refused. SIGHUP does the same.

The exit status is 0 if the config on disk is served now, and 1 if it is refused still.
Whether the Envoys take it, status --wait says.`,
		RunE: func(c *cobra.Command, _ []string) error { return retry(c.Context(), &server, c.OutOrStdout()) },
	}
	askWhere(c, &server)
	return c
}

func retry(ctx context.Context, server *where, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, err := request[live.Retried](ctx, http.MethodPost, server, "/retry", http.NoBody)
	if err != nil {
		return err
	}
	if r.Envoys > 0 {
		fmt.Fprintf(stdout, "Envoys that are sent again what they refused: %d\n", r.Envoys)
	}
	if r.Error != nil {
		return fmt.Errorf("the config on disk is still refused, version %s is served:\n%s", r.Version, *r.Error)
	}
	fmt.Fprintf(stdout, "the config on disk is served, version %s\n", r.Version)
	return nil
}

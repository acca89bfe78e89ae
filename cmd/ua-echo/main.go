// Command ua-echo is a stand-in for www.whatsmyua.info on your own machine: a TLS server that answers /api/v1/ua the
// same way and shows on any other path what arrived. Package uaecho says what requests can ask for.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	command := root(stderr)
	command.SetArgs(args)
	command.SetOut(stdout)
	command.SetErr(stderr)
	if err := command.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(stderr, "ua-echo:", err)
		return 1
	}
	return 0
}

func root(stderr io.Writer) *cobra.Command {
	command := serve(stderr)
	command.AddCommand(healthcheck())
	command.SilenceErrors = true
	command.SilenceUsage = true
	command.CompletionOptions.DisableDefaultCmd = true
	return command
}

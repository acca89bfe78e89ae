// Command xds-server serves Envoys a Wasm HTTP filter and changes it live.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/grpclog"
)

// errSaid ends the program with status 1 where the reason has been printed already.
var errSaid = errors.New("said")

func main() {
	grpclog.SetLoggerV2(&grpcLog{})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "xds-server",
		Short:         "A control plane that changes Envoy's Wasm filters live",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(serveCommand(), statusCommand(), whyCommand(), bootstrapCommand(), renderCommand(),
		validateCommand(), planCommand(), tryCommand(), outCommand(), retryCommand(), healthcheckCommand(), certsCommand(), newCommand())
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		if !errors.Is(err, errSaid) {
			fmt.Fprintln(stderr, err)
		}
		return 1
	}
	return 0
}

// Command xds-server serves Envoys a Wasm HTTP filter and changes it live.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/grpclog"

	"github.com/livefilter/livefilter/internal/usage"
	"github.com/livefilter/livefilter/internal/version"
)

func main() {
	grpclog.SetLoggerV2(&grpcLog{})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	c, err := root.ExecuteContextC(ctx)
	return exitStatus(c, stderr, err)
}

// rootCommand has all the others.
func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:     "xds-server COMMAND",
		Short:   "A control plane that changes Envoy's Wasm filters live",
		Long:    longRoot,
		Version: version.Of().String(),
	}
	root.SetVersionTemplate("xds-server {{.Version}}\n")
	root.AddCommand(serveCommand(), statusCommand(), whyCommand(), bootstrapCommand(), renderCommand(),
		validateCommand(), planCommand(), tryCommand(), outCommand(), retryCommand(), healthcheckCommand(), certsCommand(),
		versionCommand(), newCommand(), devCommand(), historyCommand(), diffCommand(), rollbackCommand(), manCommand(), doctorCommand())
	group(root)
	usage.Prepare(root, "LIVEFILTER_")
	return root
}

const longRoot = `A control plane that changes Envoy's Wasm filters live.

The exit status is 0 for good, 1 where a config is refused or not live, 2 for a wrong command
line, and 3 where no livefilter server answers. Each flag has a variable of the environment,
which its command's help names; the flag goes before the variable. NO_COLOR=1 turns colours off.`

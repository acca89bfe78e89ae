package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"net"
	"os"
	"strconv"
	"text/template"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/figures"
)

//go:embed bootstrap.yaml.tmpl
var bootstrapText string

var bootstrapTemplate = template.Must(template.New("bootstrap").Parse(bootstrapText))

func bootstrapCommand() *cobra.Command {
	var server, nodeID string
	var adminPort uint16
	var maxHeap uint32
	var sotw, startWasm bool
	c := &cobra.Command{
		Use:   "bootstrap",
		Short: "Print the static file that makes an Envoy take its config from a server",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			host, port, err := net.SplitHostPort(server)
			if err != nil {
				return fmt.Errorf("--server: %w", err)
			}
			if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || host == "" {
				return fmt.Errorf("--server %q: must be HOST:PORT", server)
			}
			apiType := "DELTA_GRPC"
			if sotw {
				apiType = "GRPC"
			}
			return bootstrapTemplate.Execute(c.OutOrStdout(), map[string]any{
				"Host": strconv.Quote(host), "Port": port, "NodeID": strconv.Quote(cmp.Or(nodeID, hostname(os.Hostname))),
				"AdminPort": adminPort, "APIType": apiType, "Figures": figures.Regexp(),
				"MaxHeap": uint64(maxHeap) << 20, "StartWasm": startWasm,
			})
		},
	}
	c.Flags().StringVar(&server, "server", "xds-server:18000", "`host:port` of the management server")
	c.Flags().StringVar(&nodeID, "node-id", "", "the Envoy's `name` in status and logs, which no other Envoy may have\n(default the machine's hostname)")
	c.Flags().Uint16Var(&adminPort, "admin-port", 9901, "port of Envoy's own admin page, on loopback")
	c.Flags().Uint32Var(&maxHeap, "max-heap", 0, "`MiB` of heap at which Envoy answers requests with 503: four fifths of what its container may have\n(default no limit)")
	c.Flags().BoolVar(&startWasm, "start-wasm", false, "start V8 with Envoy: 1.36 and 1.37 can crash without when their first filter comes\nafter their start; an Envoy without V8 does not start with it")
	c.Flags().BoolVar(&sotw, "sotw", false, "state of the world instead of incremental xDS")
	return c
}

// hostname is a node ID that is likely to be this machine's alone. Where the name is not known, it is "envoy".
func hostname(ask func() (string, error)) string {
	name, err := ask()
	if err != nil {
		return "envoy"
	}
	return cmp.Or(name, "envoy")
}

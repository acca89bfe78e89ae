package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/uaecho"
)

type serveFlags struct {
	address   string
	caOut     string
	hosts     []string
	plaintext bool
	fail      []string
}

func serve(stderr io.Writer) *cobra.Command {
	var f serveFlags
	command := &cobra.Command{
		Use:   "ua-echo",
		Short: "A TLS server whose answers show what arrived",
		Long: `A TLS server whose answers show what arrived.

  /api/v1/ua         a JSON list whose first entry has ua.rawUa, as on www.whatsmyua.info
  /healthz           ok
  any other path     the request as JSON: method, path, host, headers, protocol, tls

A request can ask for a status (/status/429 or ?status=429), a header (?retry-after=5) and a delay (?delay=50ms).`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return f.run(command.Context(), slog.New(slog.NewTextHandler(stderr, nil)))
		},
	}
	flags := command.Flags()
	flags.StringVar(&f.address, "address", "127.0.0.1:18443", "where to listen; port 0 takes a free one, the log says which")
	flags.StringVar(&f.caOut, "ca-out", "", "file that gets the CA certificate, in PEM, before the first request is answered")
	flags.StringSliceVar(&f.hosts, "host", uaecho.DefaultHosts(), "names and addresses that the certificate is for")
	flags.BoolVar(&f.plaintext, "plaintext", false, "serve without TLS")
	flags.StringArrayVar(&f.fail, "fail", nil,
		"answer a status when a header has a value, for instance user-agent=bad1:429; may be repeated")
	return command
}

func (f serveFlags) run(ctx context.Context, log *slog.Logger) error {
	rules := make([]uaecho.Rule, len(f.fail))
	for i, text := range f.fail {
		rule, err := uaecho.ParseRule(text)
		if err != nil {
			return fmt.Errorf("--fail: %w", err)
		}
		rules[i] = rule
	}
	if f.plaintext && f.caOut != "" {
		return fmt.Errorf("--ca-out: there is no CA with --plaintext")
	}
	server, err := uaecho.New(uaecho.Options{
		Hosts:     f.hosts,
		Plaintext: f.plaintext,
		Handler:   uaecho.Handler(rules...),
		Log:       log,
	})
	if err != nil {
		return err
	}
	// The port first: a second ua-echo must not overwrite the CA of the one that has it.
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", f.address)
	if err != nil {
		return err
	}
	if f.caOut != "" {
		if err := writeFile(f.caOut, server.CA()); err != nil {
			_ = listener.Close()
			return fmt.Errorf("--ca-out: %w", err)
		}
	}
	log.Info("listening", "address", listener.Addr().String(), "tls", !f.plaintext, "ca", f.caOut)
	return server.Run(ctx, listener)
}

// writeFile replaces the file in one step, so that who watches it never reads half of it.
func writeFile(path string, content []byte) error {
	temporary := fmt.Sprintf("%s.%d.tmp", path, os.Getpid())
	if err := os.WriteFile(temporary, content, 0o644); err != nil { //nolint:gosec // everyone may read a certificate
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		_ = os.Remove(temporary)
		return err
	}
	return nil
}

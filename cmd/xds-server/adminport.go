package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/mtls"
	"github.com/livefilter/livefilter/internal/usage"
	"github.com/livefilter/livefilter/internal/watch"
)

// adminFlags say where status and health are, and who may ask for them.
type adminFlags struct {
	address   string
	tokenFile string
	public    []string
	clientCA  string

	token *admin.Token // nil: none
	keys  *mtls.Keys   // nil: plaintext
}

func (f *adminFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.address, "admin-address", "127.0.0.1:18001", "`address` of status and health (HTTP); programs of this machine may ask all, on loopback")
	c.Flags().StringVar(&f.tokenFile, "admin-token-file", "", "`file` with what others send as a bearer token or password, 16 bytes at least, followed as it changes")
	c.Flags().StringVar(&f.clientCA, "admin-client-ca", "", "`file` of the CAs whose certificates are as good as the token; with it the port speaks TLS by --tls-cert and --tls-key")
	c.Flags().StringSliceVar(&f.public, "admin-public", nil, "`pages` that anybody may ask for: health, metrics")
	usage.Complete(c, "admin-public", usage.Values("health", "metrics", "health,metrics"))
}

// open judges the flags before anything is served. What the port shows by TLS is what Envoys are shown.
func (f *adminFlags) open(log *slog.Logger, shown mtls.Files) (err error) {
	for _, word := range f.public {
		if admin.Public[word] == nil {
			return usage.Errorf("--admin-public %q: must be health or metrics", word)
		}
	}
	if f.tokenFile != "" {
		if f.token, err = admin.OpenToken(log, f.tokenFile); err != nil {
			return fmt.Errorf("--admin-token-file: %w", err)
		}
	}
	if f.clientCA != "" {
		if shown.Cert == "" {
			return usage.Errorf("--admin-client-ca needs --tls-cert, --tls-key and --tls-client-ca")
		}
		if f.keys, err = mtls.Open(log.With("port", "admin"), mtls.Files{Cert: shown.Cert, Key: shown.Key, CA: f.clientCA}); err != nil {
			return fmt.Errorf("--admin-client-ca: %w", err)
		}
	}
	near, err := onLoopback("--admin-address", f.address)
	if err != nil {
		return err
	}
	if !near && f.token == nil && f.keys == nil && len(f.public) == 0 {
		return usage.Errorf("--admin-address %s: other machines reach it: say who may ask by --admin-token-file, --admin-client-ca or --admin-public health,metrics, "+
			"or take an address of loopback (127.0.0.1:18001)", f.address)
	}
	return nil
}

// adminPort answers for status and health.
func adminPort(f serveFlags, lis net.Listener, log *slog.Logger, l *live.Live) port {
	shown := admin.Of(l)
	pages := admin.Guard(admin.Access{Token: f.admin.token, Public: f.admin.public, Log: log, Metrics: l.Metrics()}, admin.Handler(shown))
	return func(ctx context.Context) error {
		parts, ctx := errgroup.WithContext(ctx)
		parts.Go(func() error { return shown.Page.Run(ctx) })
		if f.admin.token != nil {
			parts.Go(func() error { return follow(ctx, log, f.admin.token) })
		}
		var config *tls.Config
		if f.admin.keys != nil {
			parts.Go(func() error { return f.admin.keys.Run(ctx) })
			config = f.admin.keys.OptionalConfig() // the guard judges who shows none
		}
		parts.Go(func() error { return admin.Serve(ctx, log, lis, config, pages) })
		return parts.Wait()
	}
}

func follow(ctx context.Context, log *slog.Logger, token *admin.Token) error {
	files, err := watch.New(log, admin.MaxTokenBytes)
	if err != nil {
		return err
	}
	return token.Run(ctx, files)
}

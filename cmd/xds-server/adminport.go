package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/watch"
)

// adminFlags say where status and health are, and who may ask for them.
type adminFlags struct {
	address   string
	tokenFile string
	public    []string

	token *admin.Token // nil: none
}

func (f *adminFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.address, "admin-address", "127.0.0.1:18001", "`address` of status and health (HTTP); programs of this machine may ask all, on loopback")
	c.Flags().StringVar(&f.tokenFile, "admin-token-file", "", "`file` with what others send as a bearer token or password, 16 bytes at least, followed as it changes (default $"+tokenVariable+")")
	c.Flags().StringSliceVar(&f.public, "admin-public", nil, "`pages` that anybody may ask for: health, metrics")
}

// open judges the flags before anything is served.
func (f *adminFlags) open(ctx context.Context, log *slog.Logger) (err error) {
	for _, word := range f.public {
		if admin.Public[word] == nil {
			return fmt.Errorf("--admin-public %q: must be health or metrics", word)
		}
	}
	if file := cmp.Or(f.tokenFile, os.Getenv(tokenVariable)); file != "" {
		if f.token, err = admin.OpenToken(log, file); err != nil {
			return fmt.Errorf("--admin-token-file: %w", err)
		}
	}
	near, err := onLoopback(ctx, f.address)
	if err != nil {
		return fmt.Errorf("--admin-address: %w", err)
	}
	if !near && f.token == nil && len(f.public) == 0 {
		return fmt.Errorf("--admin-address %s is open to other machines: say who may ask by --admin-token-file FILE, --admin-public health,metrics or both, "+
			"or take an address of loopback (127.0.0.1:18001)", f.address)
	}
	return nil
}

// onLoopback says whether nobody but this machine reaches an address.
func onLoopback(ctx context.Context, address string) (bool, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || host == "" {
		return false, err
	}
	ips, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	for _, ip := range ips {
		if !ip.IP.IsLoopback() {
			return false, nil
		}
	}
	return err == nil, err
}

// adminPort opens the port of status and health.
func adminPort(ctx context.Context, f serveFlags, log *slog.Logger, l *live.Live) (port, error) {
	var lc net.ListenConfig
	lis, err := lc.Listen(ctx, "tcp", f.admin.address)
	if err != nil {
		return port{}, fmt.Errorf("--admin-address: %w", err)
	}
	pages := admin.Guard(admin.Access{Token: f.admin.token, Public: f.admin.public, Log: log}, admin.Handler(admin.Of(l)))
	return port{
		address: lis.Addr().String(),
		run: func(ctx context.Context) error {
			parts, ctx := errgroup.WithContext(ctx)
			if f.admin.token != nil {
				parts.Go(func() error { return follow(ctx, log, f.admin.token) })
			}
			parts.Go(func() error {
				var config *tls.Config
				return admin.Serve(ctx, log, lis, config, pages)
			})
			return parts.Wait()
		},
		close: func() { _ = lis.Close() },
	}, nil
}

func follow(ctx context.Context, log *slog.Logger, token *admin.Token) error {
	files, err := watch.New(log, admin.MaxTokenBytes)
	if err != nil {
		return err
	}
	return token.Run(ctx, files)
}

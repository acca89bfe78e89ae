package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/xds"
)

type statusFlags struct {
	adminAddress string
	json, wait   bool
	timeout      time.Duration
}

func statusCommand() *cobra.Command {
	var f statusFlags
	c := &cobra.Command{
		Use:   "status",
		Short: "Say which Envoy runs what, and what any of them refused",
		Long: `Say which Envoy runs what, and what any of them refused.

With --wait, return 0 as soon as the file on disk is live on every connected Envoy, and 1
with the reason when it was refused or the time ran out.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return status(c.Context(), f, c.OutOrStdout()) },
	}
	c.Flags().StringVar(&f.adminAddress, "admin-address", "127.0.0.1:18001", "the server's admin `address`")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	c.Flags().BoolVar(&f.wait, "wait", false, "wait until the file on disk is live")
	c.Flags().DurationVar(&f.timeout, "timeout", 10*time.Second, "how long to wait")
	return c
}

func status(ctx context.Context, f statusFlags, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	s, err := getStatus(ctx, f.adminAddress)
	for f.wait && (err != nil || !s.Live && refusal(s) == "") {
		select {
		case <-ctx.Done():
			if err != nil {
				return fmt.Errorf("not live after %s: %w", f.timeout, err)
			}
			return show(stdout, f, s, fmt.Errorf("not live after %s: %s", f.timeout, why(s)))
		case <-time.After(20 * time.Millisecond):
		}
		if again, e := getStatus(ctx, f.adminAddress); e == nil || ctx.Err() == nil {
			s, err = again, e
		}
	}
	if err != nil {
		return err
	}
	if f.wait && !s.Live {
		return show(stdout, f, s, errors.New(refusal(s)))
	}
	return show(stdout, f, s, nil)
}

func getStatus(ctx context.Context, address string) (admin.Status, error) {
	var s admin.Status
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/status", http.NoBody)
	if err != nil {
		return s, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return s, fmt.Errorf("ask the server: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return s, fmt.Errorf("ask the server: %s answered %s", address, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
		return s, fmt.Errorf("read the server's status: %w", err)
	}
	return s, nil
}

// refusal is why waiting is of no use: the file or a resource was refused. As long as the
// file has not been taken, what was refused before it says nothing.
func refusal(s admin.Status) string {
	if s.Pending {
		return ""
	}
	if s.Error != nil {
		return *s.Error
	}
	for _, n := range s.Nodes {
		for _, r := range n.Resources {
			if r.Error != nil && r.Refused {
				return fmt.Sprintf("%s refused %s: %s", n.ID, xds.ShortType(r.TypeURL), *r.Error)
			}
		}
	}
	return ""
}

// why says what is still missing.
func why(s admin.Status) string {
	if s.Error != nil {
		return *s.Error
	}
	if len(s.Nodes) == 0 {
		return "no Envoy is connected"
	}
	var behind []string
	for _, n := range s.Nodes {
		for _, r := range n.Resources {
			if r.Error != nil {
				behind = append(behind, fmt.Sprintf("%s: %s: %s", n.ID, xds.ShortType(r.TypeURL), *r.Error))
			} else if r.Acked != r.Served {
				behind = append(behind, fmt.Sprintf("%s has not acknowledged %s", n.ID, xds.ShortType(r.TypeURL)))
			}
		}
	}
	return strings.Join(behind, "; ")
}

func show(w io.Writer, f statusFlags, s admin.Status, failed error) error {
	if f.json {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return errors.Join(enc.Encode(s), failed)
	}
	fmt.Fprintf(w, "version %s  %s\n", s.Version, map[bool]string{true: "live", false: "NOT LIVE"}[s.Live])
	if s.Error != nil {
		fmt.Fprintf(w, "file    %s\n", strings.ReplaceAll(*s.Error, "\n", "\n        "))
	}
	if len(s.Nodes) == 0 {
		fmt.Fprintln(w, "no Envoy is connected")
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, n := range s.Nodes {
		fmt.Fprintf(tw, "\n%s\t%s\tEnvoy %s\n", n.ID, n.Address, n.Envoy)
		for _, r := range n.Resources {
			fmt.Fprintf(tw, "  %s\tsent %s\tacked %s\n", xds.ShortType(r.TypeURL), dash(r.Sent), dash(r.Acked))
			if r.Error != nil {
				fmt.Fprintf(tw, "    refused: %s\n", *r.Error)
			}
		}
	}
	return errors.Join(tw.Flush(), failed)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

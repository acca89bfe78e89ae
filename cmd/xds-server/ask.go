package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/prepare"
)

// askWhere gives c the flag that says which server it asks.
func askWhere(c *cobra.Command, address *string) {
	c.Flags().StringVar(address, "admin-address", "127.0.0.1:18001", "the server's admin `address`")
}

// ask gets a page of a running server's admin address.
func ask[T any](ctx context.Context, address, path string) (answer T, err error) {
	return request[T](ctx, http.MethodGet, address, path)
}

func request[T any](ctx context.Context, method, address, path string) (answer T, err error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+address+path, http.NoBody)
	if err != nil {
		return answer, fmt.Errorf("ask the server: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer, fmt.Errorf("ask the server: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("ask the server: %s%s answers %s", address, path, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return answer, fmt.Errorf("read the server's answer: %w", err)
	}
	return answer, nil
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// warn prints what p could not be judged by.
func warn(w io.Writer, p *prepare.Prepared) {
	for _, text := range p.Warnings {
		fmt.Fprintln(w, "warning:", text)
	}
}

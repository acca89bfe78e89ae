package main

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/summary"
)

// several says that --admin-address of c takes more than one.
func several(c *cobra.Command) {
	c.Flags().Lookup("admin-address").Usage += "; several of one fleet with commas"
}

// each is w for each of the servers that its address names; one that it names twice is one.
func (w *where) each() (all []*where) {
	for address := range strings.SplitSeq(w.address, ",") {
		one := *w
		one.address = strings.TrimSpace(address)
		if slices.ContainsFunc(all, func(w *where) bool { return w.address == one.address }) {
			continue
		}
		all = append(all, &one)
	}
	return all
}

// askAll asks all servers at once for their status.
func askAll(ctx context.Context, servers []*where) summary.Servers {
	all := make(summary.Servers, len(servers))
	var answers sync.WaitGroup
	for i, w := range servers {
		answers.Go(func() {
			all[i].Address = w.address
			all[i].Status, all[i].Err = ask[live.Status](ctx, w, "/status")
		})
	}
	answers.Wait()
	return all
}

// printServers prints a server's status as it is, and those of several as a list in which each has its address.
func printServers(w io.Writer, all summary.Servers) error {
	if len(all) == 1 {
		return printJSON(w, all[0].Status)
	}
	type answer struct {
		Address string `json:"address"`
		*live.Status
		Unreachable string `json:"unreachable,omitempty"` // why there is nothing else
	}
	answers := []answer{}
	for _, s := range all {
		if s.Err != nil {
			answers = append(answers, answer{Address: s.Address, Unreachable: s.Err.Error()})
			continue
		}
		answers = append(answers, answer{Address: s.Address, Status: &s.Status})
	}
	return printJSON(w, answers)
}

package main

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/usage"
)

// completeTime is how long who presses Tab waits for a server.
const completeTime = time.Second

// historyNumbers completes up to n numbers that history lists, and words that stand for some.
func historyNumbers(server *where, n int, words ...string) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= n || usage.ReadVariables(c) != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Context()), completeTime)
		defer cancel()
		h, err := ask[live.History](ctx, server, "/history")
		if err != nil {
			return words, cobra.ShellCompDirectiveNoFileComp
		}
		all := words
		for _, e := range h.Entries {
			all = append(all, cobra.CompletionWithDesc(strconv.Itoa(e.N), e.At.Local().Format(time.DateTime)+" "+e.From+" "+became(e)))
		}
		return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

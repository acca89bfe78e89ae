package main

import (
	"slices"

	"github.com/spf13/cobra"
)

// groups are what help lists the commands by, in the order in which somebody new meets them.
var groups = []struct {
	title string
	names []string
}{
	{"Serve", []string{"serve", "bootstrap", "certs", "doctor"}},
	{"Work on a config", []string{"validate", "try", "plan", "render"}},
	{"Ask a running server", []string{"status", "why", "out", "retry", "healthcheck"}},
	{"Go back", []string{"history", "diff", "rollback"}},
	{"Write a filter", []string{"new", "dev"}},
}

func group(root *cobra.Command) {
	for _, g := range groups {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, c := range root.Commands() {
			if slices.Contains(g.names, c.Name()) {
				c.GroupID = g.title
			}
		}
	}
}

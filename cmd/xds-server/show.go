package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

// refusal is why waiting is of no use: the file or a resource was refused. As long as the
// file has not been taken, what was refused before it says nothing.
func refusal(s live.Status) string {
	if s.Pending {
		return ""
	}
	if s.Error != nil {
		return *s.Error
	}
	for _, n := range s.Nodes {
		for _, r := range n.Resources {
			if r.Error != nil && r.Refused {
				return fmt.Sprintf("%s: %s refused %s: %s", r.Source, n.ID, xds.ShortType(r.TypeURL), strings.TrimSpace(*r.Error))
			}
		}
	}
	return ""
}

// missing says what a status still lacks to be live.
func missing(s live.Status) string {
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

func show(w io.Writer, f statusFlags, s live.Status, failed error) error {
	if f.json {
		return errors.Join(printJSON(w, s), failed)
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
				fmt.Fprintf(tw, "    %s%s\n", prefix(r.Source), strings.TrimSpace(*r.Error))
			}
		}
	}
	return errors.Join(tw.Flush(), failed)
}

func prefix(source string) string {
	if source == "" {
		return ""
	}
	return source + ": refused: "
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

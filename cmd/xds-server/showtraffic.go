package main

import (
	"fmt"
	"io"

	"github.com/livefilter/livefilter/internal/figures"
)

// first is the first of the Envoys through which requests fail, and how many more there are.
func first(unhealthy []string) string {
	if more := len(unhealthy) - 1; more > 0 {
		return fmt.Sprintf("%s; and %d more", unhealthy[0], more)
	}
	return unhealthy[0]
}

// showTraffic shows what an Envoy told of its requests, nothing where that is nothing.
func showTraffic(w io.Writer, t *figures.Traffic) {
	if t == nil {
		return
	}
	for _, words := range t.Words() {
		fmt.Fprintf(w, "  %s\n", words)
	}
}

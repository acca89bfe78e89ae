package xds

import (
	"testing"

	statuspb "google.golang.org/genproto/googleapis/rpc/status"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
)

// What an Envoy says plays no tricks on the terminal of who reads it, and is looked through as it was said.
func TestWordsForATerminal(t *testing.T) {
	const words = "line 1\n\tline 2 \x1b]0;owned\x07\x1b[2Jlive \u009b1m\u202egnihton\r\x00 'ü'"
	heard := ""
	s := streams{Server: &Server{fleet: newFleet(Options{Hide: func(w string) string { heard = w; return w }})}}
	r := s.fit(fullRequest(&discoveryv3.DiscoveryRequest{ErrorDetail: &statuspb.Status{Message: words}}))
	if heard != words {
		t.Errorf("looked through: %q", heard)
	}
	if want := "line 1\n\tline 2 \ufffd]0;owned\ufffd\ufffd[2Jlive \ufffd1m\ufffdgnihton\ufffd\ufffd 'ü'"; *r.nack != want {
		t.Errorf("%q, want %q", *r.nack, want)
	}
	if r := (streams{Server: &Server{fleet: newFleet(Options{})}}).fit(r); *r.nack == words {
		t.Error("as it was said")
	}
}

package xds

import (
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

// What an Envoy says plays no tricks on the terminal of who reads it, and is looked through as it was said.
func TestWordsForATerminal(t *testing.T) {
	const words = "line 1\n\tline 2 \x1b]0;owned\x07\x1b[2Jlive \u009b1m\u202egnihton\r\x00 'ü'"
	heard := ""
	s := &Server{fleet: newFleet(Options{Hide: func(w string) string { heard = w; return w }})}
	if got, want := s.fit(words), "line 1\n\tline 2 \ufffd]0;owned\ufffd\ufffd[2Jlive \ufffd1m\ufffdgnihton\ufffd\ufffd 'ü'"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if heard != words {
		t.Errorf("looked through: %q", heard)
	}
	s.fleet.options.Hide = nil
	if got := s.fit(words); strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
}

// To look through words costs milliseconds: it is done for what refuses a response, however many a client sends, and
// not for one that may not connect.
func TestWordsThatAnswerNothing(t *testing.T) {
	for name, stranger := range map[string]bool{"admitted": false, "not admitted": true} {
		t.Run(name, func(t *testing.T) {
			var looks atomic.Int32
			o := Options{Hide: func(w string) string { looks.Add(1); return w }}
			s := still(New(slog.New(slog.DiscardHandler), o, func(Event) {}))
			set(t, s, "a", "a", nil)
			if stranger {
				s.Admit(func([]string, string, string) error { return io.ErrNoProgress })
			}
			h := &hostile{t: t, s: s, delta: true, address: start(t, s)}
			stream, err := h.open(t.Context(), h.dial())
			must(t, err)
			words, node := "no", &corev3.Node{Id: "a"}
			for range 300 {
				if stream.send(request{typeURL: cds, node: node, nonce: "none", nack: &words}) != nil {
					break
				}
			}
			if stranger {
				_ = stream.told()
			} else {
				must(t, stream.send(request{typeURL: lds, node: node, subscribe: []string{"*"}}))
				eventually(t, "all of it was heard", func() bool {
					for _, n := range s.Fleet().Nodes {
						for _, r := range n.Resources {
							if r.TypeURL == lds {
								return true
							}
						}
					}
					return false
				})
			}
			if n := looks.Load(); n != 0 {
				t.Errorf("%d looks at words that answer nothing", n)
			}
		})
	}
}

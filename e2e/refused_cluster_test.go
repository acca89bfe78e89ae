package e2e

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
)

// odd makes a CA of one backend into a file that Go reads and Envoy does not: certificates of
// version 2 have no extensions.
func (s *stack) odd(b *backend) {
	text, err := os.ReadFile(filepath.Join(s.dir, b.name+".pem"))
	must(s.t, err)
	block, _ := pem.Decode(text)
	v3, v2 := []byte{0xa0, 3, 2, 1, 2}, []byte{0xa0, 3, 2, 1, 1}
	if bytes.Count(block.Bytes, v3) != 1 {
		s.t.Fatal("the certificate is not of version 3")
	}
	block.Bytes = bytes.Replace(block.Bytes, v3, v2, 1)
	must(s.t, os.WriteFile(filepath.Join(s.dir, "odd.pem"), pem.EncodeToMemory(block), 0o600))
}

// An upstream that only Envoy refuses gets no share of the requests, the others get theirs, and
// it gets its own once Envoy accepts it.
func TestRefusedUpstream(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			all := s.newBackends("a", "b", "c", "d")
			a, b, c, d := all[0], all[1], all[2], all[3]
			s.odd(b)
			odd := &backend{name: b.name, host: b.host, port: b.port, ca: "odd.pem"}
			s.write(s.balanced("", a))
			s.startServer()
			s.startEnvoy(flags...)
			s.live()
			stop := traffic(t, s.cfg.Port)
			s.write(s.balanced("", a, odd, c))
			s.server.await("envoy sent a NACK.*Cluster")
			eventually(t, "what came with it takes requests", func() bool {
				return newClient(t).mustGet(t, s.cfg.Port).header.Get("X-Backend") == "c"
			})
			s.reached(100, []*backend{a, c})
			s.write(s.balanced("", odd, d, c)) // the refused one would take what is left
			eventually(t, "what is added later takes requests", func() bool {
				return newClient(t).mustGet(t, s.cfg.Port).header.Get("X-Backend") == "d"
			})
			eventually(t, "what is gone takes none", func() bool { return s.counter("cluster_manager.active_clusters") == 2+1 })
			s.reached(100, []*backend{c, d})
			if s.status().Live {
				t.Error("live with a refused upstream")
			}
			s.write(s.balanced("", b, d, c))
			s.live()
			s.reached(100, []*backend{b, c, d})
			stop()
		})
	}
}

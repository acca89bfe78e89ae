package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// A module calls a gRPC service by its upstream's name, plainly or in a GrpcService, and both come to an answer.
func TestModuleCallsAGRPCService(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		var calls atomic.Int32
		service := &backend{name: "service"}
		ca, port := upstreamWith(t, uaecho.Options{Hosts: []string{service.sni()}, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ProtoMajor == 2 && r.URL.Path == "/a.Service/Method" {
				calls.Add(1)
			}
			w.Header().Set("Content-Type", "application/grpc")
			w.Header().Set("Trailer", "Grpc-Status")
			_, _ = w.Write(make([]byte, 5)) // an empty message
			w.Header().Set("Grpc-Status", "0")
		})})
		service.port = port
		must(t, os.WriteFile(filepath.Join(s.dir, "service.pem"), ca, 0o600))
		good := s.cfg.Filters
		for _, config := range []string{"tgservice", `"tg\n\x09\n\x07service"`} {
			calls.Store(0)
			s.cfg.Filters = good + s.module("callout", config, "")
			s.write(s.with(service))
			s.live()
			eventually(t, "it is called: "+config, func() bool { return calls.Load() > 0 })
		}
		s.envoy.await("wasm log .*callout: answer 00")
	})
}

package e2e

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// Envoy refuses more than 1,024 connections, requests or waiting requests to a cluster, unless
// it is told otherwise: what is told here is nothing, so that all of these arrive.
func TestMoreRequestsAtOnceThanEnvoysDefault(t *testing.T) {
	const atOnce = 1100
	for name, tt := range map[string]struct{ filters string }{
		"without retry": {}, "with retry": {pool + "\n    retry: {on: [429], tries: 2}"},
	} {
		t.Run(name, func(t *testing.T) {
			var arrived atomic.Int32
			all, release := context.WithCancel(t.Context())
			s := newStack(t)
			_, s.cfg.UpstreamPort = upstreamWith(t, uaecho.Options{Plaintext: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if arrived.Add(1) == atOnce {
					release()
				}
				select {
				case <-all.Done():
				case <-r.Context().Done():
				}
				uaecho.Handler().ServeHTTP(w, r)
			})})
			if tt.filters != "" {
				s.keys("good")
				s.cfg.Filters = tt.filters
			}
			s.write(strings.Replace(s.text(), "    tls: {ca: ca.pem}\n", "", 1))
			s.startServer()
			s.startEnvoy()
			s.live()
			var failed atomic.Int32
			var clients sync.WaitGroup
			for range atOnce {
				c := newClient(t)
				clients.Go(func() {
					if _, err := c.get(t.Context(), s.cfg.Port); err != nil && failed.Add(1) == 1 {
						t.Error(err)
					}
				})
			}
			eventually(t, "all requests are there", func() bool { return arrived.Load() == atOnce || failed.Load() > 0 })
			release() // whatever failed
			clients.Wait()
			if n := failed.Load(); n > 0 {
				t.Errorf("%d of %d requests failed", n, atOnce)
			}
		})
	}
}

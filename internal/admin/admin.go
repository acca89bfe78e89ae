// Package admin is the server's HTTP side: status for programs, health for orchestrators.
// It takes what it shows from xds.
package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/livefilter/livefilter/internal/xds"
)

// Status is what /status answers.
type Status struct {
	// Version is a content hash of everything that is served.
	Version string `json:"version"`
	// Live: the file on disk is what is served, and every connected Envoy, of which there
	// is at least one, runs it.
	Live bool `json:"live"`
	// Error is why the file on disk is not what is served, nil where it is.
	Error *string `json:"error"`
	// Pending: the file on disk has not been taken yet, Error says what it waits for.
	Pending bool `json:"pending"`
	// Nodes are the connected Envoys, by ID.
	Nodes []xds.Node `json:"nodes"`
}

// Handler serves /status, /healthz (the process answers) and /readyz (there is a config
// to serve). status must be safe for concurrent use.
func Handler(status func() Status) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		_ = enc.Encode(status()) // the client went away
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if status().Version == "" {
			answer(w, http.StatusServiceUnavailable, "no config is served yet")
			return
		}
		answer(w, http.StatusOK, "ok")
	})
	return mux
}

func answer(w http.ResponseWriter, code int, text string) {
	w.WriteHeader(code)
	_, _ = w.Write([]byte(text + "\n"))
}

// Serve answers on lis until ctx is done; requests under way get a second to end.
func Serve(ctx context.Context, lis net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(lis) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := s.Shutdown(grace); err != nil {
		_ = s.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

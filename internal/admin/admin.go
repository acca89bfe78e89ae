// Package admin is the server's HTTP side: status for programs, health for orchestrators,
// and the two things that may be asked of it: to try again, and to go back.
// It takes what it shows from live.
package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/page"
	"github.com/livefilter/livefilter/internal/plan"
)

// Pages is what there is to show. The functions must be safe for concurrent use.
type Pages struct {
	Page    *page.Page // for people; its Run is for who serves the pages
	Status  func() live.Status
	Edits   func() any   // the latest edits
	Out     func() any   // values that are out of Envoys
	History func() any   // the latest configs that were served: see live.History
	Metrics http.Handler // for Prometheus
	// Resources is what is served, fit to be shown to whoever can reach this: see plan.Resources.
	Resources func() (any, error)
	// Plan says what becomes of what is served where other resources take its place.
	Plan func(plan.Resources) (plan.Answer, error)
	// Diff says what one config of the history would change of another, Rollback writes one back.
	Diff     func(from, to string) (live.Diff, error)
	Rollback func(ctx context.Context, to string) (live.RolledBack, error)
	// Retry tries again what was refused; reason is for the log.
	Retry func(ctx context.Context, reason string) (live.Retried, error)
}

// Metrics may be for everybody, and cost memory while they are gathered. With a time-out they are gathered before the
// client, which may not read them, gets any.
const (
	maxScrapes = 8
	scrapeTime = 20 * time.Second
)

// Of are the pages of a running server.
func Of(l *live.Live) Pages {
	return Pages{
		Page:      page.Of(l),
		Status:    l.Status,
		Edits:     func() any { return l.Edits() },
		Out:       func() any { return l.Out() },
		History:   func() any { return l.History() },
		Metrics:   promhttp.HandlerFor(l.Metrics(), promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes, Timeout: scrapeTime}),
		Resources: func() (any, error) { return l.Resources() },
		Plan:      l.Plan,
		Diff:      l.Diff,
		Rollback:  l.Rollback,
		Retry:     l.Retry,
	}
}

// Handler serves a page at /, /status, /edits, /history, /out, /resources and /metrics, /healthz (the
// process answers) and /readyz (there is a config to serve). A POST to /retry tries again
// what was refused, one to /plan says what other resources would change, GET /diff what one config of the history would
// of another, and a POST to /rollback writes one of them back. Who may ask is Guard's to say.
func Handler(p Pages) *http.ServeMux {
	mux := http.NewServeMux()
	p.Page.Register(mux)
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, p.Status()) })
	mux.HandleFunc("GET /edits", func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, p.Edits()) })
	mux.HandleFunc("GET /out", func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, p.Out()) })
	mux.HandleFunc("GET /history", func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, p.History()) })
	mux.Handle("GET /metrics", p.Metrics)
	mux.Handle("GET /resources", resources(p.Resources))
	mux.Handle("POST /plan", planned(p.Plan))
	mux.Handle("POST /retry", retry(p.Retry))
	mux.Handle("GET /diff", diff(p.Diff))
	mux.Handle("POST /rollback", rollback(p.Rollback))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		s := p.Status()
		switch {
		case s.Version == "":
			answer(w, http.StatusServiceUnavailable, "no config is served yet")
		case s.Error != nil && known(r): // the error quotes the file
			answer(w, http.StatusOK, "ok, but the file on disk is not what is served: "+*s.Error)
		default:
			answer(w, http.StatusOK, "ok")
		}
	})
	return mux
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	_ = enc.Encode(v) // the client went away
}

func answer(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(text + "\n"))
}

package admin

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/livefilter/livefilter/internal/sparing"
)

// Public are the pages that may be given to anybody, by the words for them.
var Public = map[string][]string{
	"health":  {"GET /healthz", "GET /readyz"},
	"metrics": {"GET /metrics"},
}

// Access is who may ask. Who is on the same machine always may, and so does who showed a certificate that
// the TLS handshake verified.
type Access struct {
	Token   *Token   // nil: there is none
	Public  []string // keys of Public
	Log     *slog.Logger
	Metrics prometheus.Registerer // of the count of refusals; nil: none
}

// Guard lets those to the pages who may ask for them.
func Guard(a Access, pages *http.ServeMux) http.Handler {
	g := &guard{Access: a, pages: pages, refused: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "livefilter_admin_requests_refused_total",
		Help: "Requests to the admin port that were refused, by reason. Worry about guessing, and where another one grows: the log says who.",
	}, []string{"reason"})}
	for _, r := range refusals {
		g.refused.WithLabelValues(r.reason) // increase() does not see a counter that begins at 1
	}
	if a.Metrics != nil {
		a.Metrics.MustRegister(g.refused)
	}
	return g
}

type guard struct {
	Access
	pages   *http.ServeMux
	refused *prometheus.CounterVec
	tries   tries
	lines   sparing.Lines
}

// knownKey is for whether a request is from somebody who may see everything.
type knownKey struct{}

func known(r *http.Request) bool {
	is, _ := r.Context().Value(knownKey{}).(bool)
	return is
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	harden(w.Header())
	as, refusal := g.judge(r)
	if refusal != nil {
		g.refuse(w, r, refusal)
		return
	}
	g.pages.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), knownKey{}, as == somebodyKnown)))
}

func (g *guard) refuse(w http.ResponseWriter, r *http.Request, why *refusal) {
	g.refused.WithLabelValues(why.reason).Inc()
	level := slog.LevelWarn
	if why == noToken { // so a browser begins
		level = slog.LevelDebug
	}
	if before, ok := g.lines.Allow(why.reason+" "+sparing.Network(r.RemoteAddr).String(), time.Now()); ok {
		g.Log.Log(r.Context(), level, "admin request refused", "address", r.RemoteAddr, "reason", why.reason, "err", why.words, "before", before)
	}
	switch why.code {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="livefilter: any user, the admin token as password", charset="UTF-8"`)
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Connection", "close")
	http.Error(w, why.words, why.code)
}

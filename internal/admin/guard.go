package admin

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

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
	Token  *Token   // nil: there is none
	Public []string // keys of Public
	Log    *slog.Logger
}

// Guard lets those to the pages who may ask for them.
func Guard(a Access, pages *http.ServeMux) http.Handler {
	return &guard{Access: a, pages: pages}
}

type guard struct {
	Access
	pages *http.ServeMux
	tries tries
	lines sparing.Lines
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	harden(w.Header())
	v := g.judge(r)
	if v.code == 0 {
		g.pages.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), knownKey{}, v.known)))
		return
	}
	level := slog.LevelWarn
	if v.words == missing { // so a browser begins
		level = slog.LevelDebug
	}
	if before, ok := g.lines.Allow(strconv.Itoa(v.code)+" "+network(r.RemoteAddr).String(), time.Now()); ok {
		g.Log.Log(r.Context(), level, "admin request refused", "address", r.RemoteAddr, "status", v.code, "reason", v.words, "before", before)
	}
	switch v.code {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="livefilter: any user, the admin token as password", charset="UTF-8"`)
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Connection", "close")
	http.Error(w, v.words, v.code)
}

const missing = "the admin token is missing"

// verdict is what becomes of a request; a code of 0 lets it pass, known or as anybody.
type verdict struct {
	known bool
	code  int
	words string
}

// knownKey is for whether a request is from somebody who may see everything.
type knownKey struct{}

func known(r *http.Request) bool {
	is, _ := r.Context().Value(knownKey{}).(bool)
	return is
}

func (g *guard) judge(r *http.Request) verdict {
	if foreign(r) {
		return verdict{code: http.StatusForbidden, words: "a web page of another origin may not ask this"}
	}
	near := onLoopback(r)
	switch {
	case near && namesLoopback(r) && !forwarded(r), r.TLS != nil && len(r.TLS.VerifiedChains) > 0:
		return verdict{known: true}
	}
	token, shown := shownToken(r)
	wrong := false
	if shown && g.Token != nil {
		if !g.tries.allow(r.RemoteAddr, time.Now()) {
			return verdict{code: http.StatusTooManyRequests, words: "too many wrong tokens came from your address: try again in a second"}
		}
		if g.Token.is(token) {
			return verdict{known: true}
		}
		g.tries.wrong(r.RemoteAddr, time.Now())
		wrong = true
	}
	_, pattern := g.pages.Handler(r)
	for _, word := range g.Public {
		if slices.Contains(Public[word], pattern) {
			return verdict{}
		}
	}
	switch {
	case wrong:
		return verdict{code: http.StatusUnauthorized, words: "this is not the admin token"}
	case near && forwarded(r) && g.Token == nil:
		return verdict{code: http.StatusForbidden, words: "a proxy asks this: start the server with --admin-token-file, and have the token sent"}
	case near && !forwarded(r):
		return verdict{code: http.StatusForbidden, words: "the Host header names another machine than this one: ask for localhost or 127.0.0.1, or send the token of --admin-token-file"}
	case g.Token == nil:
		return verdict{code: http.StatusForbidden, words: "only programs on the server's own machine may ask this: start it with --admin-token-file for others"}
	}
	return verdict{code: http.StatusUnauthorized, words: missing}
}

// shownToken is what a program sends as Bearer, and a browser as a password.
func shownToken(r *http.Request) (token string, ok bool) {
	if _, password, ok := r.BasicAuth(); ok {
		return password, true
	}
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.Trim(token, " "), ok && strings.EqualFold(scheme, "Bearer")
}

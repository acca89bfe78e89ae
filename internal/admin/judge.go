package admin

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// refusal is why a request is not answered. reason is for figures, words for who asks and for the log.
type refusal struct {
	code          int
	reason, words string
}

var (
	foreignPage = &refusal{http.StatusForbidden, "foreign_page", "a web page of another origin may not ask this"}
	otherHost   = &refusal{http.StatusForbidden, "other_host", "the Host header names another machine than this one: ask for localhost or 127.0.0.1, or send the token of --admin-token-file"}
	byProxy     = &refusal{http.StatusForbidden, "proxy", "a proxy asks this: start the server with --admin-token-file, and have the token sent"}
	onlyHere    = &refusal{http.StatusForbidden, "not_local", "only programs on the server's own machine may ask this: start it with --admin-token-file for others"}
	noShown     = &refusal{http.StatusForbidden, "no_certificate", "others than programs on the server's own machine show a certificate of its --admin-client-ca (commands: --tls-cert, --tls-key)"}
	guessing    = &refusal{http.StatusTooManyRequests, "guessing", "too many wrong tokens came from your address: try again in a second"}
	wrongToken  = &refusal{http.StatusUnauthorized, "wrong_token", "this is not the admin token"}
	noToken     = &refusal{http.StatusUnauthorized, "no_token", "the admin token is missing"}
)

// refusals are all of them.
var refusals = []*refusal{foreignPage, otherHost, byProxy, onlyHere, noShown, guessing, wrongToken, noToken}

// caller is as whom a request is answered.
type caller int

const (
	anybody caller = iota
	somebodyKnown
)

func (g *guard) judge(r *http.Request) (caller, *refusal) {
	if foreign(r) {
		return anybody, foreignPage
	}
	near, proxy := onLoopback(r), forwarded(r)
	if near && !proxy && namesLoopback(r) || r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
		return somebodyKnown, nil
	}
	token, shown := shownToken(r)
	if shown = shown && g.Token != nil; shown {
		switch {
		case !g.tries.allow(r.RemoteAddr, time.Now()):
			return anybody, guessing
		case g.Token.is(token):
			return somebodyKnown, nil
		}
		g.tries.wrong(r.RemoteAddr, time.Now())
	}
	switch {
	case g.public(r):
		return anybody, nil
	case shown:
		return anybody, wrongToken
	case near && !proxy:
		return anybody, otherHost
	case g.Token != nil:
		return anybody, noToken
	case r.TLS != nil: // it speaks TLS where it takes certificates
		return anybody, noShown
	case proxy:
		return anybody, byProxy
	}
	return anybody, onlyHere
}

// public says whether the page that a request would get is for everybody.
func (g *guard) public(r *http.Request) bool {
	_, pattern := g.pages.Handler(r)
	return slices.ContainsFunc(g.Public, func(word string) bool { return slices.Contains(Public[word], pattern) })
}

// shownToken is what a program sends as Bearer, and a browser as a password.
func shownToken(r *http.Request) (token string, ok bool) {
	if _, password, ok := r.BasicAuth(); ok {
		return password, true
	}
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.Trim(token, " "), ok && strings.EqualFold(scheme, "Bearer")
}

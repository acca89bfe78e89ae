package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// called is an upstream beside the one that takes the traffic; serves writes it into the file.
type called struct {
	name string
	port int
}

func (s *stack) calledBy(name string, h http.HandlerFunc) *called {
	ca, port := upstreamWith(s.t, uaecho.Options{Handler: h})
	must(s.t, os.WriteFile(filepath.Join(s.dir, name+".pem"), ca, 0o600))
	return &called{name, port}
}

// serves writes the file with these upstreams too, and waits until it is live.
func (s *stack) serves(services ...*called) {
	s.t.Helper()
	text := s.text()
	for _, x := range services {
		text += fmt.Sprintf("  - {name: %s, host: localhost, port: %d, tls: {ca: %[1]s.pem}}\n", x.name, x.port)
	}
	s.write(text)
	s.live()
}

// authorizer lets each request pass, and signs it.
func (s *stack) authorizer(name string) *called {
	return s.calledBy(name, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-By", name) })
}

func (s *stack) authorizedBy(c *client, want string) {
	s.t.Helper()
	if got := c.mustGet(s.t, s.cfg.Port); strings.Join(got.seen.Headers["X-By"], ",") != want {
		s.t.Errorf("authorized by %v, want %s", got.seen.Headers["X-By"], want)
	}
}

// authz asks an upstream whether a request may pass.
func authz(upstream string) string {
	return fmt.Sprintf(`
  - name: authz
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
      http_service:
        server_uri: {uri: "https://localhost", cluster: %s, timeout: 5s}
        authorization_response: {allowed_upstream_headers: {patterns: [{exact: x-by}]}}`, upstream)
}

// A filter that calls an upstream comes after it and leaves before it, whatever edit is made under load: no request
// finds it without. Connections that were open keep what they had.
func TestTypedCalls(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		a, b := s.authorizer("auth-a"), s.authorizer("auth-b")
		good := s.cfg.Filters
		stop := traffic(t, s.cfg.Port)
		s.cfg.Filters = good + authz("auth-a")
		s.serves(a)
		c := newClient(t)
		for range 3 {
			s.authorizedBy(c, "auth-a")
			s.cfg.Filters = good + authz("auth-b") // its upstream comes, and the other one goes, in one edit
			s.serves(b)
			s.authorizedBy(c, "auth-b")
			s.cfg.Filters = good + authz("auth-a")
			s.serves(a)
		}
		s.cfg.Filters = good // both go, and c still passes the filter
		s.serves()
		s.authorizedBy(newClient(t), "")
		s.authorizedBy(c, "auth-a")
		stop()
	})
}

// An upstream that a filter calls is refused by name where there is none.
func TestTypedCallsNobody(t *testing.T) {
	s := newStack(t)
	s.startServer()
	s.cfg.Filters += authz("nobody")
	s.mustBeRefused(s.text(), `livefilter.yaml:10:57: filters[1].typed_config.http_service.server_uri.cluster: there is no upstream of that name; there are echo`)
}

// The filters that people ask for, in their order, with the pool in the middle, each edited live.
func TestTypedChain(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		must(t, err)
		keys := s.calledBy("keys", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(jwks(t, key)) })
		auth := s.authorizer("auth")
		chain := func(abort, tokens, deny string) string {
			return `
  - name: fault
    typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault, abort: {http_status: 418, percentage: {numerator: ` + abort + `}}}
  - name: limit
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
      stat_prefix: limit
      token_bucket: {max_tokens: ` + tokens + `, tokens_per_fill: 1, fill_interval: 1h}
      filter_enabled: {default_value: {numerator: 100}}
      filter_enforced: {default_value: {numerator: 100}}
  - name: jwt
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
      providers: {p: {issuer: me, forward: true, remote_jwks: {http_uri: {uri: "https://localhost/jwks", cluster: keys, timeout: 5s}}}}
      rules: [{match: {prefix: /}, requires: {provider_name: p}}]
` + s.cfg.Filters + authz("auth") + `
  - name: rbac
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
      rules: {action: DENY, policies: {no: {permissions: [{any: true}], principals: [{header: {name: x-no, string_match: {exact: ` + deny + `}}}]}}}` + lua("script", "end")
		}
		own := s.cfg.Filters
		s.cfg.Filters = strings.TrimPrefix(chain("0", "1000000", "never"), "\n")
		s.serves(keys, auth)
		token := sends("Authorization", "Bearer "+jwt(t, key))
		c := newClient(t)
		if got, _ := c.get(t.Context(), s.cfg.Port); got.status != http.StatusUnauthorized {
			t.Errorf("without a token: %d", got.status)
		}
		got := c.mustGet(t, s.cfg.Port, token)
		if got.userAgent() != "one" || strings.Join(got.seen.Headers["X-By"], "") != "auth" || got.header.Get("X-Lua") != "end" {
			t.Errorf("with a token: %+v", got)
		}
		s.cfg.Filters = own
		for _, x := range []struct {
			abort, tokens, deny string
			status              int
		}{{"100", "1000000", "never", 418}, {"0", "1", "never", 200}, {"0", "1", "never", 429}, {"0", "1000000", "x", 403}, {"0", "1000000", "never", 200}} {
			before := s.cfg.Filters
			s.cfg.Filters = strings.TrimPrefix(chain(x.abort, x.tokens, x.deny), "\n")
			s.serves(keys, auth)
			s.cfg.Filters = before
			if got, _ := c.get(t.Context(), s.cfg.Port, token, sends("X-No", "x")); got.status != x.status {
				t.Errorf("%+v: %d", x, got.status)
			}
		}
	})
}

func jwks(t *testing.T, key *rsa.PrivateKey) []byte {
	encode := base64.RawURLEncoding.EncodeToString
	data, err := json.Marshal(map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "alg": "RS256", "n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes()),
	}}})
	must(t, err)
	return data
}

func jwt(t *testing.T, key *rsa.PrivateKey) string {
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(`{"alg":"RS256"}`)) + "." + encode([]byte(`{"iss":"me","exp":4000000000}`))
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, 5, sum[:])
	must(t, err)
	return text + "." + encode(signature)
}

// The same where filters are a part of the listener: connections that drain go on to call what they called.
func TestTypedCallsInline(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		a, b := s.authorizer("auth-a"), s.authorizer("auth-b")
		good := s.cfg.Filters
		s.cfg.FilterConfig = "inline"
		s.cfg.Filters = good + authz("auth-a")
		s.serves(a)
		open, stop := newClient(t), traffic(t, s.cfg.Port)
		open.mustGet(t, s.cfg.Port)
		s.cfg.Filters = good + authz("auth-b")
		s.serves(b)
		for c, want := range map[*client]string{open: "auth-a", newClient(t): "auth-b"} {
			s.authorizedBy(c, want)
		}
		stop()
	})
}

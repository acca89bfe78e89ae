package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/live"
)

const adminToken = "0123456789abcdef-token"

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// wanting is a server that everybody is a stranger to who does not send its token.
func wanting(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") == "":
			w.WriteHeader(http.StatusUnauthorized)
		case r.Header.Get("Authorization") != "Bearer "+adminToken:
			http.Error(w, "this is not it", http.StatusUnauthorized)
		default:
			_, _ = io.WriteString(w, "[]")
		}
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// What to do is in what is said to those who are sent away.
func TestSentAway(t *testing.T) {
	answers := func(code int, words string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, words, code) }))
		t.Cleanup(s.Close)
		return strings.TrimPrefix(s.URL, "http://")
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	secureAddress := strings.TrimPrefix(secure.URL, "https://")
	plain := wanting(t)
	elsewhere := httptest.NewServer(http.RedirectHandler("http://"+plain+"/out", http.StatusFound))
	t.Cleanup(elsewhere.Close)
	good, other := writeFile(t, "good", adminToken+"\n"), writeFile(t, "other", "another-0123456789")
	for name, tt := range map[string]struct {
		args []string
		env  string
		code int
		want string
	}{
		"token":               {[]string{plain, "--admin-token-file", good}, "", 0, "no Envoy is connected"},
		"token by variable":   {[]string{plain}, good, 0, "no Envoy is connected"},
		"flag over variable":  {[]string{plain, "--admin-token-file", good}, other, 0, "no Envoy is connected"},
		"http://":             {[]string{"http://" + plain + "/"}, good, 0, "no Envoy is connected"},
		"none":                {[]string{plain}, "", 3, "--admin-token-file FILE, or $LIVEFILTER_ADMIN_TOKEN_FILE"},
		"another":             {[]string{plain, "--admin-token-file", other}, "", 3, "has another token than the one in " + other},
		"another by variable": {[]string{plain}, other, 3, "has another token than the one in " + other},
		"file is gone":        {[]string{plain, "--admin-token-file", "no-such"}, "", 3, "wants its token: no-such: "},
		"file of rubbish":     {[]string{plain, "--admin-token-file", writeFile(t, "short", "short")}, "", 3, "holds no token: at least 16 bytes"},
		"refused":             {[]string{answers(http.StatusForbidden, "the Host\x1b[31m header\nis odd")}, "", 3, "refuses: the Host [31m header is odd\n"},
		"slowed":              {[]string{answers(http.StatusTooManyRequests, "too many")}, "", 3, "refuses: too many\n"},
		"redirected":          {[]string{strings.TrimPrefix(elsewhere.URL, "http://")}, good, 3, "it answers 302 Found"},
		"plaintext at TLS":    {[]string{secureAddress}, "", 3, "speaks TLS: --admin-address https://" + secureAddress + ", and --tls-ca FILE"},
		"TLS at plaintext":    {[]string{"https://" + plain}, "", 3, "speaks no TLS: --admin-address http://" + plain},
		"another CA":          {[]string{secure.URL}, "", 3, "--tls-ca FILE"},
		"no CA file":          {[]string{plain, "--tls-ca", "no-such"}, "", 1, "--tls-ca: no-such: "},
		"no CA in it":         {[]string{plain, "--tls-ca", good}, "", 1, "holds no certificate (PEM)"},
		"half a pair":         {[]string{plain, "--tls-cert", good}, "", 2, "--tls-cert and --tls-key belong together"},
		"no pair":             {[]string{plain, "--tls-cert", good, "--tls-key", good}, "", 1, "--tls-cert, --tls-key: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("LIVEFILTER_ADMIN_TOKEN_FILE", tt.env)
			stdout, stderr, code := command(t, append([]string{"out", "--admin-address"}, tt.args...)...)
			if code != tt.code || !strings.Contains(stdout+stderr, tt.want) || strings.Contains(stdout+stderr, "0123456789") {
				t.Errorf("exit %d, %q%q, want %q", code, stdout, stderr, tt.want)
			}
		})
	}
}

// On the server's own machine a token file that cannot be read is in nobody's way.
func TestLocalNeedsNoToken(t *testing.T) {
	s := httptest.NewServer(admin.Guard(admin.Access{}, admin.Handler(admin.Pages{
		Out: func() any { return []live.Out{} }, Metrics: http.NotFoundHandler(),
	})))
	t.Cleanup(s.Close)
	t.Setenv("LIVEFILTER_ADMIN_TOKEN_FILE", "no-such")
	stdout, stderr, code := command(t, "out", "--admin-address", strings.TrimPrefix(s.URL, "http://"))
	if code != 0 || stderr != "" || !strings.Contains(stdout, "no Envoy") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
}

// A server that other machines reach does not start before somebody has said who may ask.
func TestAdminPortForOthers(t *testing.T) {
	token := writeFile(t, "token", adminToken)
	for name, tt := range map[string]struct {
		args []string
		want string // "": it starts
	}{
		"all":            {[]string{":0"}, "--admin-address :0: other machines reach it: say who may ask by --admin-token-file, --admin-client-ca or --admin-public"},
		"0.0.0.0":        {[]string{"0.0.0.0:0"}, "other machines reach it"},
		"[::]":           {[]string{"[::]:0"}, "other machines reach it"},
		"another":        {[]string{"192.0.2.1:0"}, "other machines reach it"},
		"no port":        {[]string{"localhost"}, `--admin-address "localhost": must be HOST:PORT`},
		"localhost":      {[]string{"localhost:0"}, ""},
		"127.0.0.2":      {[]string{"127.0.0.2:0"}, ""},
		"a token":        {[]string{":0", "--admin-token-file", token}, ""},
		"public":         {[]string{":0", "--admin-public", "health,metrics"}, ""},
		"an odd public":  {[]string{":0", "--admin-public", "health,status"}, `--admin-public "status": must be health or metrics`},
		"an empty token": {[]string{"127.0.0.1:0", "--admin-token-file", writeFile(t, "empty", "\n")}, "--admin-token-file: "},
		"a CA alone":     {[]string{":0", "--admin-client-ca", token}, "--admin-client-ca needs --tls-cert"},
		"no token":       {[]string{"127.0.0.1:0", "--admin-token-file", "no-such"}, "--admin-token-file: no-such: "},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			log := &logged{}
			ended, file := make(chan int), writeFile(t, "livefilter.yaml", minimal)
			go func() {
				ended <- run(ctx, append([]string{"serve", "--config", file, "--xds-address", "127.0.0.1:0", "--admin-address"}, tt.args...), io.Discard, log)
			}()
			want := -1
			if tt.want == "" {
				log.await(t, "msg=serving")
				cancel()
				want = 0
			}
			code := <-ended
			cancel()
			said := log.await(t, "(?s).*")[0]
			if want != 0 {
				want = exitOf(said)
			}
			if code != want || !strings.Contains(said, tt.want) || strings.Contains(said, adminToken) {
				t.Errorf("exit %d, %s", code, said)
			}
		})
	}
}

package e2e

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func userAgents(t *testing.T, x *example) {
	browsers := map[string]int{}
	for range 60 {
		a := x.ask("/", "User-Agent: mine", "Sec-CH-UA: mine")
		if strings.Contains(a.userAgent(), "Chrome") {
			browsers["chrome"]++
			x.has(a, "Accept-Language", "en-US,en;q=0.9")
			if !strings.Contains(a.seen.Headers.Get("Sec-Ch-Ua"), "Chromium") {
				t.Errorf("Chrome with %q", a.seen.Headers)
			}
			continue
		}
		browsers[a.userAgent()]++
		x.has(a, "Sec-CH-UA", "")
		x.has(a, "Accept-Language", "en-US,en;q=0.5")
	}
	if len(browsers) != 2 {
		t.Errorf("%v", browsers)
	}
	x.answers("site", func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.UserAgent(), "Chrome") {
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	})
	refused := 0
	for range 60 {
		if x.ask("/").status == http.StatusForbidden {
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d requests were refused", refused)
	}
}

func keyPool(t *testing.T, x *example) {
	x.answers("api", func(w http.ResponseWriter, r *http.Request) bool {
		status := map[string]int{"Bearer key-one": http.StatusTooManyRequests, "Bearer key-two": http.StatusUnauthorized}
		if code := status[r.Header.Get("Authorization")]; code != 0 {
			w.WriteHeader(code)
		}
		return status[r.Header.Get("Authorization")] != 0
	})
	for range 20 {
		x.has(x.ask("/"), "Authorization", "Bearer key-three")
	}
}

func primaryBackup(t *testing.T, x *example) {
	for range 20 {
		x.got(x.ask("/"), "X-Backend", "primary")
	}
	x.answers("primary", func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	for range 20 {
		a := x.ask("/")
		x.got(a, "X-Backend", "backup")
		if a.seen.Host != "backup.example.net" {
			t.Errorf("the backup saw %q", a.seen.Host)
		}
	}
}

func headersExample(_ *testing.T, x *example) {
	x.answers("api", func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Server", "secret/1.0")
		w.Header().Set("X-Powered-By", "secret")
		return false
	})
	a := x.ask("/", "X-Client: spoofed", "X-Customer: acme", "X-Debug: on", "Via: 1.0 mine")
	for name, want := range map[string]string{
		"X-Client": "127.0.0.1", "X-Tenant": "acme", "X-Customer": "", "X-Debug": "", "Via": "1.0 mine,1.1 edge", "Accept": "application/json",
	} {
		x.has(a, name, want)
	}
	x.got(a, "Server", "")
	x.got(a, "X-Powered-By", "")
	x.has(x.ask("/", "Accept: text/html"), "Accept", "text/html")
}

func canary(t *testing.T, x *example) {
	const users = 300
	got := map[string]int{}
	for i := range users {
		user := fmt.Sprint("X-User: user-", i)
		to := x.ask("/", user).header.Get("X-Backend")
		got[to]++
		x.got(x.ask("/", user), "X-Backend", to)
	}
	if n := got["canary"]; n < users*15/100 || n > users*35/100 || n+got["stable"] != users {
		t.Errorf("%v", got)
	}
}

func onePath(_ *testing.T, x *example) {
	for _, where := range []string{"/api/reports", "/api/reports/7", "POST /api/reports"} {
		x.has(x.ask(where, "X-Api-Key: mine"), "X-Api-Key", "reports-key")
	}
	for _, where := range []string{"/", "/api/reportsx", "/api", "DELETE /api/reports/7"} {
		a := x.ask(where, "X-Api-Key: mine")
		x.has(a, "X-Api-Key", "mine")
		x.got(a, "X-Proxy-Wasm", "")
	}
}

func tenants(_ *testing.T, x *example) {
	for host, key := range map[string]string{
		"acme.example.com": "key-of-acme", "globex.example.com": "key-of-globex", "eu.globex.example.com:8080": "key-of-globex",
		"other.example.com": "mine", "acme.example.com.evil.example": "mine",
	} {
		x.has(x.ask("/", "Host: "+host, "X-Api-Key: mine"), "X-Api-Key", key)
	}
}

func basicAuth(t *testing.T, x *example) {
	basic := func(pair string) string {
		return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
	}
	for _, header := range []string{
		"X: ", basic("alice:hunter2"), basic("alice:"), basic("carol:secret"), basic("alice"), basic(""), "Authorization: Basic !", "Authorization: Bearer secret",
	} {
		a := x.ask("/", header)
		if a.status != http.StatusUnauthorized || !strings.HasPrefix(a.header.Get("Www-Authenticate"), "Basic realm=") {
			t.Errorf("%s: %d, %v", header, a.status, a.header)
		}
	}
	for user, pair := range map[string]string{"alice": "alice:secret", "bob": "bob:hunter2"} {
		a := x.ask("/", basic(pair), "X-User: root")
		x.has(a, "X-User", user)
		x.has(a, "Authorization", "")
	}
	path := filepath.Join(x.dir, "users.txt")
	text, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, []byte(strings.Replace(string(text), "\nalice", "\n#", 1)), 0o600))
	eventually(t, "alice is gone", func() bool { return x.ask("/", basic("alice:secret")).status == http.StatusUnauthorized })
	x.has(x.ask("/", basic("bob:hunter2")), "X-User", "bob")
}

func csp(_ *testing.T, x *example) {
	x.answers("site", func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/own" {
			w.Header().Set("Content-Security-Policy", "script-src 'none'")
			w.Header().Set("X-Content-Type-Options", "sniff")
		}
		return false
	})
	for path, want := range map[string]string{"/": "default-src 'self'", "/own": "script-src 'none'"} {
		a := x.ask(path)
		x.got(a, "Content-Security-Policy", want)
		x.got(a, "X-Content-Type-Options", "nosniff")
		x.got(a, "Strict-Transport-Security", "max-age=31536000")
	}
}

func twoPaths(t *testing.T, x *example) {
	for path, want := range map[string]string{"/": "site", "/index.html": "site", "/apix": "site", "/api": "api", "/api/v1/x": "api"} {
		a := x.ask(path)
		x.got(a, "X-Backend", want)
		if a.seen.Host != want+".example.com" || a.seen.Path != path {
			t.Errorf("%s: %+v", path, a.seen)
		}
	}
}

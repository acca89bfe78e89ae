package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/certs"
)

// What doctor says of an upstream's certificate is what becomes of requests through an Envoy.
func TestDoctor(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	ca, err := certs.NewCA("other", time.Time{})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(s.dir, "other.pem"), ca.PEM(), 0o600))
	s.startServer()
	s.startEnvoy()
	s.live()
	for name, tt := range map[string]struct {
		from, to string
		status   int
		code     int
		want     string
	}{
		"good":       {"", "", http.StatusOK, 0, "ok       upstream echo: localhost:"},
		"a name":     {"ca: ca.pem", "ca: ca.pem, sni: example.com", http.StatusServiceUnavailable, 1, "error    upstream echo: its certificate is for localhost"},
		"another CA": {"ca: ca.pem", "ca: other.pem", http.StatusServiceUnavailable, 1, "error    upstream echo: its certificate is of no CA that other.pem trusts"},
	} {
		t.Run(name, func(t *testing.T) {
			s.write(strings.Replace(s.text(), tt.from, tt.to, 1))
			s.live()
			eventually(t, "an answer", func() bool {
				a, _ := newClient(t).get(t.Context(), s.cfg.Port)
				return a.status == tt.status
			})
			out, code := s.command("doctor", s.configPath(), "--xds-address", s.xds)
			for _, want := range []string{tt.want, "ok       Envoys: 1 of ", "ok       admin port " + s.admin + ": a livefilter server answers: xds-server (process "} {
				if code != tt.code || !strings.Contains(out, want) {
					t.Errorf("exit %d, no %q in\n%s", code, want, out)
				}
			}
			if strings.Contains(out, "warning  server") {
				t.Errorf("the file that it serves is another one for doctor:\n%s", out)
			}
		})
	}
}

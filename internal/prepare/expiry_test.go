package prepare

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/livefilter/livefilter/internal/config"
)

// The certificate is valid from 2026-11-25 for a hundred years.
func TestExpiries(t *testing.T) {
	const file = "listener: {tls: {cert: server.crt, key: server.key}}\nfilters: []\nupstreams:\n" +
		"  - {name: a, host: a.example, port: 443, tls: {}}\n" +
		"  - {name: b, host: b.example, port: 443, tls: {cert: server.crt, key: server.key}}\n"
	c, err := config.Parse("x.yaml", []byte(file), func(path string) ([]byte, error) {
		return os.ReadFile("../config/testdata/files/" + path)
	})
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string][2]string{
		"2030-01-01": {},
		"2020-01-01": {"x.yaml:1:24: listener.tls.cert: the certificate in server.crt is not valid before 2026-11-25T19:48:46Z",
			"x.yaml:5:55: upstreams[1].tls.cert: the certificate in server.crt is not valid before 2026-11-25T19:48:46Z"},
		"2126-10-28": {"x.yaml:1:24: listener.tls.cert: the certificate in server.crt expires at 2126-11-01T19:48:46Z",
			"x.yaml:5:55: upstreams[1].tls.cert: the certificate in server.crt expires at 2126-11-01T19:48:46Z"},
		"2130-01-01": {"x.yaml:1:24: listener.tls.cert: the certificate in server.crt expired at 2126-11-01T19:48:46Z",
			"x.yaml:5:55: upstreams[1].tls.cert: the certificate in server.crt expired at 2126-11-01T19:48:46Z"},
	} {
		now, err := time.Parse(time.DateOnly, at)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, w := range want {
			if w != "" {
				lines = append(lines, w)
			}
		}
		if d := cmp.Diff(lines, expiries(c, now)); d != "" {
			t.Errorf("%s: -want +got\n%s", at, d)
		}
	}
}

package prepare

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/config"
)

func TestResolve(t *testing.T) {
	lookup := func(_ context.Context, host string) ([]string, error) {
		switch host {
		case "gone.example":
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		case "silent.example":
			return nil, &net.DNSError{Err: "i/o timeout", Name: host, IsTimeout: true}
		}
		return []string{"192.0.2.1"}, nil
	}
	file := func(host string) *config.Config {
		c, err := config.Parse("f.yaml", []byte("filters: []\nupstreams:\n  - {name: a, host: "+host+", port: 80}\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, tt := range []struct{ name, was, is, err, warning string }{
		{"a host that is there", "ok.example", "other.example", "", ""},
		{"one that is not", "ok.example", "gone.example", "f.yaml:3:21: upstreams[0].host: DNS knows no host gone.example", ""},
		{"one that was gone before", "gone.example", "gone.example", "", ""},
		{"no answer", "ok.example", "silent.example", "", "f.yaml:3:21: upstreams[0].host: this machine cannot resolve silent.example"},
		{"not there at the start", "", "gone.example", "", "cannot resolve gone.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var served map[string]bool
			if tt.was != "" {
				served = Hosts(file(tt.was))
			}
			warnings, err := Resolve(t.Context(), lookup, file(tt.is), served)
			if IsTransient(err) != (err != nil) {
				t.Errorf("never tried again: %v", err)
			}
			if err == nil {
				err = errors.New("")
			}
			if err.Error() != tt.err || !strings.Contains(strings.Join(warnings, "\n"), tt.warning) || (tt.warning == "") != (warnings == nil) {
				t.Errorf("got %q, %q", err, warnings)
			}
		})
	}
}

// A host that stays silent uses up the time for all: the others are asked at the same time.
func TestASilentHostHidesNoOther(t *testing.T) {
	c, err := config.Parse("f.yaml", []byte(`filters: []
upstreams:
  - {name: a, host: silent.example, port: 80}
  - {name: b, host: gone.example, port: 80}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	warnings, err := Resolve(t.Context(), func(ctx context.Context, host string) ([]string, error) {
		if host == "silent.example" {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}, c, map[string]bool{})
	if err == nil || !strings.HasSuffix(err.Error(), "upstreams[1].host: DNS knows no host gone.example") || len(warnings) != 1 {
		t.Errorf("got %q, %v", warnings, err)
	}
}

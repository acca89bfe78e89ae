package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// Each edit is live as soon as status says so: the next request shows it, no request fails
// meanwhile, and a filter's edits reach connections that were open before.

func TestEditValues(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		c := newClient(t)
		before := c.mustGet(t, s.cfg.Port)
		if before.userAgent() != "one" || before.header.Get("X-Proxy-Wasm") != "my-wasm-filter" {
			t.Fatalf("at first: %+v", before)
		}
		stop := traffic(t, s.cfg.Port)
		for i := range 10 {
			want := fmt.Sprintf("value-%d", i)
			s.makeLive(fmt.Sprintf(userAgent, want))
			if got := c.mustGet(t, s.cfg.Port); got.userAgent() != want || got.conn != before.conn {
				t.Fatalf("edit %d: %q on %s, want %q on %s", i, got.userAgent(), got.conn, want, before.conn)
			}
		}
		stop()
	})
}

func TestEditHeaderName(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		c := newClient(t)
		c.mustGet(t, s.cfg.Port)
		stop := traffic(t, s.cfg.Port)
		s.makeLive("  - name: my-wasm-filter\n    headers: [{name: X-Key, values: [secret]}]")
		twice := func(r *http.Request) {
			r.Header["X-Key"] = []string{"mine", "mine too"}
			r.Header.Set("User-Agent", "untouched")
		}
		got := c.mustGet(t, s.cfg.Port, twice)
		if fmt.Sprint(got.seen.Headers["X-Key"]) != "[secret]" || got.userAgent() != "untouched" {
			t.Errorf("upstream saw %v", got.seen.Headers)
		}
		stop()
	})
}

func TestEditUpstream(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		c := newClient(t)
		if got := c.mustGet(t, s.cfg.Port); got.seen.Host != "localhost" || got.seen.TLS.SNI != "localhost" {
			t.Fatalf("upstream saw %+v", got.seen)
		}
		stop := traffic(t, s.cfg.Port)
		for _, edit := range []func(){
			func() { s.cfg.Name = "renamed" },
			func() { s.cfg.Host = "127.0.0.1" },
			func() { // another server, whose CA is another one
				ca, port := upstream(t)
				must(t, os.WriteFile(filepath.Join(s.dir, "ca2.pem"), ca, 0o600))
				s.cfg.CA, s.cfg.UpstreamPort = "ca2.pem", port
			},
			func() { s.cfg.Name, s.cfg.Host = "again", "localhost" },
		} {
			edit()
			s.save()
			s.live()
			got := c.mustGet(t, s.cfg.Port)
			if got.seen.Host != s.cfg.Host {
				t.Errorf("upstream saw %+v, want host %s", got.seen, s.cfg.Host)
			}
		}
		stop()
	})
}

func TestEditListenerPort(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		for range 3 {
			s.cfg.Port = freePort(t)
			s.save()
			s.live()
			if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "one" {
				t.Errorf("on the new port: %+v", got)
			}
		}
	})
}

func TestEditModule(t *testing.T) {
	mark, err := os.ReadFile("testdata/mark.wasm")
	must(t, err)
	protocols(t, func(t *testing.T, s *stack) {
		module := filepath.Join(s.dir, "mark.wasm")
		must(t, os.WriteFile(module, mark, 0o600))
		s.makeLive("  - {name: mark, module: mark.wasm}")
		c := newClient(t)
		before := c.mustGet(t, s.cfg.Port)
		stop := traffic(t, s.cfg.Port)
		for _, letter := range []string{"b", "c", "d"} {
			must(t, os.WriteFile(module, bytes.Replace(mark, []byte("x-module=a"), []byte("x-module="+letter), 1), 0o600))
			s.live()
			got := c.mustGet(t, s.cfg.Port)
			if got.header.Get("X-Module") != letter || got.conn != before.conn {
				t.Errorf("x-module %q on %s, want %q on %s", got.header.Get("X-Module"), got.conn, letter, before.conn)
			}
		}
		stop()
	})
}

func TestEditFilterList(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		c := newClient(t)
		c.mustGet(t, s.cfg.Port)
		stop := traffic(t, s.cfg.Port)
		one := s.cfg.Filters
		for _, filters := range []string{
			one + "\n  - {name: second, headers: [{name: X-Second, values: [two]}]}",
			"  - {name: second, headers: [{name: X-Second, values: [three]}]}",
			one,
		} {
			s.makeLive(filters)
			newClient(t).mustGet(t, s.cfg.Port)
		}
		stop()
	})
}

func TestInline(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		s.cfg.FilterConfig = "inline"
		s.save()
		s.live()
		stop := traffic(t, s.cfg.Port)
		s.makeLive(fmt.Sprintf(userAgent, "two"))
		if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "two" {
			t.Errorf("a new connection sees %q", got.userAgent())
		}
		stop()
	})
}

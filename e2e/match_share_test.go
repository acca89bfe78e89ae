package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Each request draws for each filter by itself, wherever the filter runs.
func TestMatchPercent(t *testing.T) {
	s := newStack(t)
	const n = 2000
	filter := func(name, share, more string) string {
		return fmt.Sprintf("  - name: %s\n    match: {path: /*, percent: %s}\n    headers: [{name: X-%[1]s, values: [k]}]%[3]s\n", name, share, more)
	}
	s.cfg.Filters = filter("A", "50", "") + filter("B", "50", "") + filter("C", "50", retryOnce) + filter("All", "100", "") + filter("Few", "0.01", "")
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	got := map[string]int{}
	c := newClient(t)
	for range n {
		a := c.mustGet(t, s.cfg.Port)
		has := ""
		for _, name := range []string{"A", "B", "C", "All", "Few"} {
			if a.seen.Headers.Get("X-"+name) != "" {
				has += name
				got[name]++
			}
		}
		got["of "+strings.NewReplacer("All", "", "Few", "").Replace(has)]++
	}
	// Each bound is 6 standard deviations away at least.
	for _, name := range []string{"A", "B", "C"} {
		if got[name] < 860 || got[name] > 1140 {
			t.Errorf("%s is half: %d of %d", name, got[name], n)
		}
	}
	for _, some := range []string{"", "A", "B", "C", "AB", "AC", "BC", "ABC"} {
		if k := got["of "+some]; k < 160 || k > 340 {
			t.Errorf("%q is an eighth: %d of %d", some, k, n)
		}
	}
	if got["All"] != n || got["Few"] > 5 {
		t.Errorf("100 %%: %d, 0.01 %%: %d of %d", got["All"], got["Few"], n)
	}
}

// All tries of a request are for the filter, or none is: the second one has the upstream's Host.
func TestMatchEachTry(t *testing.T) {
	s, u := triesStack(t, `  - name: keys
    match: {host: pool.test, percent: 50}
    headers: [{name: X-Key, values: [bad, good]}]
    retry: {on: [429], tries: 3}`)
	c := newClient(t)
	for i := range 400 {
		for _, host := range []string{"pool.test:8080", "localhost"} {
			c.mustGet(t, s.cfg.Port, func(r *http.Request) {
				r.Host = host
				r.URL.Path = fmt.Sprint("/", host, "/", i)
			})
		}
	}
	ways := map[string]int{}
	for path, keys := range u.keys {
		way := strings.Join(keys, ",")
		if ways[way]++; strings.HasPrefix(path, "/localhost") && way != "" {
			t.Errorf("%s had keys: %q", path, keys)
		}
	}
	if ways["good"] < 50 || ways["bad,good"] < 50 || ways["good"]+ways["bad,good"]+ways[""] != 800 || ways[""] < 530 || ways[""] > 670 {
		t.Errorf("tries: %v", ways)
	}
}

// Only where the filter writes the Host it is kept: the others have the upstream's.
func TestMatchHost(t *testing.T) {
	s := newStack(t)
	s.cfg.Filters = `  - name: host
    match: {path: /host/*, percent: 50}
    headers: [{name: Host, values: [other.example]}]`
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	hosts := map[string]int{}
	for range 100 {
		c := newClient(t)
		for path, host := range map[string]string{"/": "other.example", "/host/a": "client.example"} {
			got := c.mustGet(t, s.cfg.Port, asks{path: path, host: host}.edit).seen.Host
			hosts[path+" "+got]++
		}
	}
	if hosts["/ localhost"] != 100 || hosts["/host/a other.example"] < 10 || hosts["/host/a localhost"] < 10 {
		t.Errorf("hosts: %v", hosts)
	}
}

// Edits of match reach open connections, and no request fails or goes past a filter that is for it.
func TestEditMatch(t *testing.T) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		for chain, retry := range map[string]string{"listener": "", "cluster": retryOnce} {
			t.Run(name+", "+chain, func(t *testing.T) {
				t.Parallel()
				s := newStack(t)
				with := func(match string) {
					s.cfg.Filters = "  - name: keys" + match + "\n    headers: [{name: X-Key, values: [k]}]" + retry
					s.save()
				}
				with("")
				s.startServer()
				s.startEnvoy(flags...)
				s.live()
				open := newClient(t)
				conn := open.mustGet(t, s.cfg.Port).conn
				vms := s.vms()
				stop := traffic(t, s.cfg.Port, func(a answer) error {
					if a.seen.Headers.Get("X-Key") != "k" {
						return errors.New("a request went past the filter")
					}
					return nil
				})
				for i := range 10 {
					for _, match := range []string{"path: /path", "host: [127.0.0.1]", "methods: GET, headers: {User-Agent: Go*}"} {
						with(fmt.Sprintf("\n    match: {%s, headers: {Accept-Encoding: \"*\"}}", strings.Split(match, ", headers")[0]))
						s.live()
					}
					with("\n    match: {path: [/path, /" + fmt.Sprint(i) + "]}")
					s.live()
					with("")
					s.live()
				}
				stop()
				with("\n    match: {path: /other}")
				s.live()
				if a := open.mustGet(t, s.cfg.Port); a.seen.Headers.Get("X-Key") != "" || a.conn != conn {
					t.Errorf("after the edit: key %q on connection %s, was %s", a.seen.Headers.Get("X-Key"), a.conn, conn)
				}
				eventually(t, "old VMs are gone", func() bool { return s.vms() == vms })
				if n := s.counter("listener_manager.listener_modified"); n > 0 {
					t.Errorf("%d changes of the listener", n)
				}
			})
		}
	}
}

// vms is how many VMs of filters there are. Before 1.40 those of a cluster count apart.
func (s *stack) vms() (n int) {
	for line := range strings.Lines(s.stats(`wasm\.envoy\.wasm\.runtime\.v8\.active$`)) {
		var some int
		_, value, _ := strings.Cut(line, ": ")
		_, err := fmt.Sscan(value, &some)
		must(s.t, err)
		n += some
	}
	return n
}

package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// In a cluster's chain each try picks as the rule says, around what the request has tried.
func TestPickInTries(t *testing.T) {
	ask := func(s *stack, path string, edit ...func(*http.Request)) {
		t.Helper()
		edit = append(edit, func(r *http.Request) { r.URL.Path = path })
		newClient(s.t).mustGet(s.t, s.cfg.Port, edit...)
	}
	t.Run("round robin", func(t *testing.T) {
		s, u := triesStack(t, `  - name: keys
    headers: [{name: X-Key, values: [bad1, bad2, good1, good2], pick: round_robin}]
    retry: {on: [429], tries: 4}`)
		for i := range 20 {
			ask(s, fmt.Sprint("/", i))
		}
		for path, keys := range u.keys {
			if slices.Sort(keys); len(slices.Compact(slices.Clone(keys))) != len(keys) {
				t.Errorf("%s was sent with %q", path, keys)
			}
		}
	})
	t.Run("primary and backup", func(t *testing.T) {
		s, u := triesStack(t, `  - name: keys
    headers: [{name: X-Key, values: [bad, backup], pick: in_order, evict: {on: [429], for: 1s}}]
    retry: {on: [429], tries: 2}`)
		ask(s, "/first")
		if keys := u.sent("/first"); !slices.Equal(keys, []string{"bad", "backup"}) {
			t.Errorf("the first was sent with %q", keys)
		}
		trials, began := 0, time.Now()
		eventually(t, "there were trials of the primary", func() bool {
			path := "/" + strings.Repeat("x", len(u.keys))
			ask(s, path)
			switch keys := u.sent(path); {
			case slices.Equal(keys, []string{"bad", "backup"}):
				trials++
			case !slices.Equal(keys, []string{"backup"}):
				t.Errorf("%s was sent with %q", path, keys)
			}
			return trials == 3
		})
		if took := time.Since(began); took < 2*time.Second {
			t.Errorf("three trials in %s, want one a second", took)
		}
	})
	t.Run("host", func(t *testing.T) {
		s, u := triesStack(t, `  - name: keys
    headers: [{name: X-Key, values: [a, b, c], pick: {sticky: {by: host}}}]
    retry: {on: [429], tries: 2}`)
		kinds := map[string]bool{}
		for i := range 20 {
			path := fmt.Sprint("/", i)
			for _, port := range []string{"", ":80", ":8080"} {
				ask(s, path, func(r *http.Request) { r.Host = fmt.Sprintf("Tenant%d.example%s", i, port) })
			}
			keys := u.sent(path)
			kinds[keys[0]] = true
			if len(keys) != 3 || keys[0] != keys[1] || keys[0] != keys[2] {
				t.Errorf("%s was sent with %q", path, keys)
			}
		}
		if len(kinds) != 3 {
			t.Errorf("of 20 tenants' keys there are %v", kinds)
		}
	})
	t.Run("limit", func(t *testing.T) {
		s, u := triesStack(t, `  - name: keys
    headers: [{name: X-Key, values: [bad, good], limit: 3/24h, pick: in_order}]
    retry: {on: [429], tries: 2}`)
		counts := map[string]int{}
		for i := range 10 {
			a, _ := newClient(t).get(t.Context(), s.cfg.Port, func(r *http.Request) { r.URL.Path = fmt.Sprint("/", i) })
			counts[fmt.Sprint(len(u.sent(fmt.Sprint("/", i))), " tries, ", a.status)]++
			if a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") == "" {
				t.Errorf("%q", a.header)
			}
		}
		if want := map[string]int{"2 tries, 200": 3, "0 tries, 503": 7}; !maps.Equal(counts, want) {
			t.Errorf("%v, want %v", counts, want)
		}
	})
}

// Upstreams are chosen by turns and weights, and by what a client is, as values are.
func TestPickOfUpstreams(t *testing.T) {
	s := newStack(t)
	backends := s.newBackends("a", "b", "c")
	with := func(pick string) {
		text := s.balanced(pick, backends...)
		s.write(strings.Replace(text, "[a, b, c]", "[a, {name: b, weight: 3}, c]", 1))
	}
	with(", pick: round_robin")
	s.startServer()
	s.startEnvoy()
	s.live()
	counts := map[string]int{}
	for range 50 {
		counts[newClient(t).mustGet(t, s.cfg.Port).header.Get("X-Backend")]++
	}
	if want := map[string]int{"a": 10, "b": 30, "c": 10}; !maps.Equal(counts, want) {
		t.Errorf("%v, want %v", counts, want)
	}
	with(", pick: {sticky: {by: header X-User}}")
	s.live()
	kinds := map[string]bool{}
	for user := range 20 {
		was := ""
		for range 4 {
			a := newClient(t).mustGet(t, s.cfg.Port, func(r *http.Request) { r.Header.Set("X-User", fmt.Sprint("user-", user)) })
			if is := a.header.Get("X-Backend"); was != "" && is != was {
				t.Errorf("user %d goes to %s and %s", user, was, is)
			} else {
				was = is
			}
		}
		kinds[was] = true
	}
	if len(kinds) != 3 {
		t.Errorf("20 users go to %v", kinds)
	}
}

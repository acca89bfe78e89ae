package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/plan"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/prepare"
)

const planBase = `filters:
  - name: my-wasm-filter
    headers: [{name: X-Key, values: [first-secret]}]
upstreams: [{name: a, host: a.example, port: 80}]
`

// servingConfig returns the admin address of a server that serves a config.
func servingConfig(t *testing.T, text string) string {
	checker := preflight.New(preflight.WithTimeout(time.Minute))
	defer checker.Close(t.Context())
	p, err := prepare.File(t.Context(), checker, "served.yaml", func(string) ([]byte, error) { return []byte(text), nil })
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(admin.Handler(admin.Pages{
		Status:  func() live.Status { return live.Status{} },
		Metrics: http.NotFoundHandler(),
		Plan: func(is plan.Resources) (plan.Answer, error) {
			was, err := plan.Describe(p.Snapshot.Version, p.Resources, nil)
			if err != nil {
				return plan.Answer{}, err
			}
			return plan.Answers(was, is)
		},
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func TestPlan(t *testing.T) {
	address := servingConfig(t, planBase)
	for name, tt := range map[string]struct {
		text, want string
		drains     bool
		changes    int
	}{
		"the same": {"# a comment\n" + planBase, "nothing: ", false, 0},
		"a value": {strings.Replace(planBase, "first-secret", "second-secret, third-secret", 1),
			"filter my-wasm-filter: reconfigured in place, no drain\n    header x-key: 1 value -> 2 values\nversion ", false, 1},
		"a port": {"listener: {port: 10001}\n" + planBase, "    address: 0.0.0.0:10000 -> 0.0.0.0:10001\n", true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "planned.yaml")
			if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			stdout, stderr, code := command(t, "plan", file, "--admin-address", address)
			if code != 0 || !strings.Contains(stdout, tt.want) || stderr != "" {
				t.Errorf("exit %d, %s%s\nwant %s", code, stdout, stderr, tt.want)
			}
			asJSON, stderr, code := command(t, "plan", file, "--json", "--admin-address", address)
			var p planned
			if err := json.Unmarshal([]byte(asJSON), &p); err != nil || code != 0 {
				t.Fatalf("exit %d, %v, %s", code, err, stderr)
			}
			if p.File != file || len(p.Changes) != tt.changes || p.Drains != tt.drains || (p.Served == p.Planned) != (tt.changes == 0) {
				t.Errorf("%+v", p)
			}
			if strings.Contains(stdout+asJSON, "secret") {
				t.Errorf("a value is printed:\n%s%s", stdout, asJSON)
			}
		})
	}
}

// The server would refuse an edit to a new host that DNS does not know; what it serves
// already it does not ask for again.
func TestPlanAsksDNS(t *testing.T) {
	file := filepath.Join(t.TempDir(), "planned.yaml")
	text := strings.Replace(planBase, "a.example", "a.unborn", 1)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := command(t, "plan", file, "--admin-address", servingConfig(t, planBase))
	if want := file + ":4:29: upstreams[0].host: DNS knows no host a.unborn\n"; code != 1 || stderr != want {
		t.Errorf("a new host: exit %d, %q", code, stderr)
	}
	stdout, stderr, code := command(t, "plan", file, "--admin-address", servingConfig(t, text))
	if code != 0 || stderr != "" || !strings.HasPrefix(stdout, "nothing: ") {
		t.Errorf("one that is served: exit %d, %q, %q", code, stdout, stderr)
	}
}

func TestPlanErrors(t *testing.T) {
	address := servingConfig(t, planBase)
	empty := httptest.NewServer(admin.Guard(admin.Access{}, admin.Handler(admin.Pages{
		Plan:    func(plan.Resources) (plan.Answer, error) { return plan.Answer{}, errors.New("no config is served yet") },
		Metrics: http.NotFoundHandler(),
	})))
	defer empty.Close()
	earlier := httptest.NewServer(http.NotFoundHandler())
	defer earlier.Close()
	for want, args := range map[string][]string{
		"testdata/validate-errors.yaml:1:18: listener.port: ": {"testdata/validate-errors.yaml", "--admin-address", address},
		"read config: ":           {"no-such.yaml", "--admin-address", address},
		"nothing listens at ":     {"testdata/validate-ok.yaml", "--admin-address", "127.0.0.1:1"},
		"no config is served yet": {"testdata/validate-ok.yaml", "--admin-address", strings.TrimPrefix(empty.URL, "http://")},
		"of an earlier release":   {"testdata/validate-ok.yaml", "--admin-address", strings.TrimPrefix(earlier.URL, "http://")},
		"FILE is missing":         {},
	} {
		stdout, stderr, code := command(t, append([]string{"plan"}, args...)...)
		status := exitOf(stderr)
		if strings.HasPrefix(stderr, "ask the server: ") && want != "no config is served yet" {
			status = exitUnreachable
		}
		if code != status || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("plan %v: exit %d, %q, %q; want %q", args, code, stdout, stderr, want)
		}
	}
}

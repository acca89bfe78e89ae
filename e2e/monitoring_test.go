package e2e

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// prom is a Prometheus that follows deploy/monitoring.
type prom struct {
	t       testing.TB
	address string
}

const monitoring = "../deploy/monitoring"

// newProm starts one that scrapes the stack every second.
func newProm(s *stack) *prom {
	s.t.Helper()
	rules, err := filepath.Abs(filepath.Join(monitoring, "alerts.yaml"))
	must(s.t, err)
	config, err := os.ReadFile(filepath.Join(monitoring, "prometheus.yaml"))
	must(s.t, err)
	text := "global: {scrape_interval: 1s, evaluation_interval: 1s}\n" + strings.NewReplacer(
		"[alerts.yaml]", "["+rules+"]", "127.0.0.1:18001", s.admin, "127.0.0.1:9901", s.envoyAdmin).Replace(string(config))
	must(s.t, writeFile(s.dir, "prometheus.yaml", text))
	p := &prom{s.t, fmt.Sprintf("127.0.0.1:%d", freePort(s.t))}
	start(s.t, "prometheus", s.dir, os.Getenv("PROMETHEUS"), "--config.file=prometheus.yaml", "--storage.tsdb.path=tsdb", "--web.listen-address="+p.address)
	eventually(s.t, "prometheus is ready", func() bool {
		resp, err := http.Get("http://" + p.address + "/-/ready")
		if err != nil {
			return false
		}
		must(s.t, resp.Body.Close())
		return resp.StatusCode == http.StatusOK
	})
	return p
}

// get reads the data of an answer of the API into a value.
func (p *prom) get(path string, data any) {
	p.t.Helper()
	answer := struct {
		Error string
		Data  any
	}{Data: data}
	must(p.t, json.Unmarshal([]byte(fetched(p.t, "http://"+p.address+"/api/v1/"+path)), &answer))
	if answer.Error != "" {
		p.t.Fatalf("%s: %s", path, answer.Error)
	}
}

// series counts those that a query returns.
func (p *prom) series(query string) int {
	p.t.Helper()
	var data struct{ Result []any }
	p.get("query?query="+url.QueryEscape(query), &data)
	return len(data.Result)
}

// active are the alerts that fire, or will once that has lasted.
func (p *prom) active() (names []string) {
	p.t.Helper()
	var data struct {
		Alerts []struct{ Labels map[string]string }
	}
	p.get("alerts", &data)
	for _, a := range data.Alerts {
		names = append(names, a.Labels["alertname"])
	}
	return names
}

// dashboardQueries are those of all panels, variables and annotations, by where they stand.
func dashboardQueries(t testing.TB) map[string]string {
	var d struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
		Annotations struct{ List []struct{ Name, Expr string } }
	}
	text, err := os.ReadFile(filepath.Join(monitoring, "dashboard.json"))
	must(t, err)
	must(t, json.Unmarshal(text, &d))
	all := map[string]string{}
	filled := strings.NewReplacer("$job", "livefilter", "$envoys", "envoy", "$__rate_interval", "1m")
	for _, p := range d.Panels {
		for i, target := range p.Targets {
			all[fmt.Sprintf("%s, %d", p.Title, i)] = filled.Replace(target.Expr)
		}
	}
	for _, a := range d.Annotations.List {
		all["annotation "+a.Name] = filled.Replace(a.Expr)
	}
	return all
}

// Of a server and an Envoy in trouble each query of the dashboard has something to show, and the alerts see what is wrong.
func TestMonitoring(t *testing.T) {
	if os.Getenv("PROMETHEUS") == "" {
		t.Skip("NOT TESTED: make test-monitoring runs this with a Prometheus")
	}
	s := newMutual(t)
	api := s.newBackends("api")[0]
	api.refuses = "bad"
	config := fmt.Sprintf(`listener: {address: 127.0.0.1, port: %d}
filters:
  - name: keys
    headers: [{name: X-Key, values: [bad1, {value: bad2, as: team-b}, good], evict: {on: [429], for: 1h}}]
upstreams:
  - {name: api, host: localhost, port: %d, tls: {ca: api.pem, sni: %s}}
  - {name: gone, host: 127.0.0.1, port: %d, match: {path: /gone/*}}
`, s.cfg.Port, api.port, api.sni(), freePort(t))
	s.flush = "1s"
	s.write(config)
	s.startServer()
	s.startEnvoy()
	s.live()
	p := newProm(s.stack)
	eventually(t, "server and Envoy are scraped", func() bool {
		return p.series(`livefilter_build_info{job="livefilter"}`) == 1 && p.series(`envoy_server_live{job="envoy"}`) == 1
	})
	eventually(t, "no alert is on its way", func() bool { return len(p.active()) == 0 })

	traffic := func(path string) {
		for range 30 {
			fetched(t, fmt.Sprintf("http://127.0.0.1:%d/%s", s.cfg.Port, path))
		}
	}
	traffic("")
	s.write(strings.Replace(config, ", good]", "]", 1))
	s.live()
	traffic("")
	traffic("gone/")
	api.answers(http.StatusInternalServerError)
	traffic("")
	s.write(config + "nonsense\n")
	_, err := tls.Dial("tcp", s.xds, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	t.Logf("a client without a certificate: %v", err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.admin+"/status", nil)
	must(t, err)
	request.Host = "elsewhere.example"
	resp, err := http.DefaultClient.Do(request)
	must(t, err)
	must(t, resp.Body.Close())

	queries := dashboardQueries(t)
	if len(queries) < 30 {
		t.Fatalf("%d queries", len(queries))
	}
	for where, query := range queries {
		eventually(t, where+" has something to show: "+query, func() bool { return p.series(query) > 0 })
	}
	for _, alert := range []string{"ConfigRefused", "EnvoyNotHealthy", "UpstreamFailing", "PoolExhausted", "HandshakesRefused"} {
		eventually(t, "there is Livefilter"+alert, func() bool { return slices.Contains(p.active(), "Livefilter"+alert) })
	}
	var rules struct {
		Groups []struct {
			Rules []struct{ Name, Health string }
		}
	}
	p.get("rules", &rules)
	for _, r := range rules.Groups[0].Rules {
		if r.Health != "ok" {
			t.Errorf("%s is %s", r.Name, r.Health)
		}
	}
}

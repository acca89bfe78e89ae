package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written are the lines of Envoy's access log whose path is the one given, once there are n.
func (s *stack) written(path string, n int) (lines []string) {
	s.t.Helper()
	eventually(s.t, fmt.Sprintf("%d lines about %s", n, path), func() bool {
		lines = nil
		for line := range strings.Lines(s.envoy.out.String()) {
			if strings.Contains(line, path) && strings.HasSuffix(line, "\n") {
				lines = append(lines, line)
			}
		}
		return len(lines) >= n
	})
	return lines
}

// said is the one line about a request to path, as fields.
func (s *stack) said(path string) (fields map[string]any) {
	s.t.Helper()
	must(s.t, json.Unmarshal([]byte(s.written(path, 1)[0]), &fields))
	return fields
}

func to(path string) func(*http.Request) {
	return func(r *http.Request) { r.URL.Path = path }
}

// loud has Envoy write its access log at once.
func loud(s *stack) { s.envoyFlags = []string{"--file-flush-interval-msec", "20"} }

// The access log says why a request failed, and does not say what a filter wrote.
func TestAccessLogSaysWhy(t *testing.T) {
	s := newStack(t)
	loud(s)
	stranger, _ := upstream(t)
	must(t, os.WriteFile(filepath.Join(s.dir, "stranger.pem"), stranger, 0o600))
	s.cfg.Filters = fmt.Sprintf(userAgent, "s3cret")
	s.cfg.Host = "127.0.0.1" // with several addresses Envoy gives the reason of the last one
	s.cfg.CA += ", sni: localhost"
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	port, text := s.cfg.UpstreamPort, s.text()
	ca := "tls: {ca: ca.pem, sni: localhost}"
	for path, tt := range map[string]struct {
		config string
		want   map[string]string // parts of fields; "" for one that is not there
	}{
		"/good": {text, map[string]string{
			"start_time": "T", "method": "GET", "authority": "127.0.0.1", "protocol": "HTTP/1.1", "response_code": "200",
			"response_code_details": "via_upstream", "response_flags": "-", "upstream_cluster": "echo",
			"upstream_host": fmt.Sprintf("127.0.0.1:%d", port), "upstream_request_attempt_count": "1",
			"request_id": "mine", "downstream_remote_address": "127.0.0.1:", "upstream_transport_failure_reason": "",
		}},
		"/another-name": {strings.Replace(text, ca, "tls: {ca: ca.pem, sni: other.example}", 1), map[string]string{
			"response_code": "503", "response_flags": "UF", "upstream_transport_failure_reason": "CERTIFICATE_VERIFY_FAILED",
			"upstream_cluster": "echo",
		}},
		"/another-ca": {strings.Replace(text, ca, "tls: {ca: stranger.pem, sni: localhost}", 1), map[string]string{
			"response_code": "503", "response_flags": "UF", "upstream_transport_failure_reason": "CERTIFICATE_VERIFY_FAILED",
		}},
		"/no-tls": {strings.Replace(text, ca, "", 1), map[string]string{"response_code": "400", "response_code_details": "via_upstream"}},
		"/nobody-listens": {strings.Replace(text, fmt.Sprintf("port: %d\n    tls", port), fmt.Sprintf("port: %d\n    tls", freePort(t)), 1),
			map[string]string{
				"response_code": "503", "response_flags": "UF", "upstream_transport_failure_reason": "onnection", // refused
				"response_code_details": "upstream_reset_before_response_started",
			}},
	} {
		s.write(tt.config)
		s.live()
		_, _ = newClient(t).get(t.Context(), s.cfg.Port, to(path), func(r *http.Request) { r.Header.Set("X-Request-Id", "mine") })
		said := s.said(path)
		for field, want := range tt.want {
			got := said[field] // before 1.39 what is not known is null
			if (got != nil) != (want != "") || !strings.Contains(fmt.Sprint(got), want) {
				t.Errorf("%s: %s is %v, want %q in it; %v", path, field, got, want, said)
			}
		}
	}
	if strings.Contains(s.envoy.out.String(), "s3cret") {
		t.Error("the log has a value of the pool")
	}
}

// A request that is sent again is one line, which counts the tries.
func TestAccessLogCountsTries(t *testing.T) {
	s := newStack(t)
	loud(s)
	s.upstreamIs(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }))
	s.cfg.Filters = fmt.Sprintf(userAgent, "s3cret, s4cret") + "\n    retry: {on: [429], tries: 2}"
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	_, _ = newClient(t).get(t.Context(), s.cfg.Port, to("/again"))
	if got := s.said("/again"); got["upstream_request_attempt_count"] != 2.0 || got["response_flags"] != "URX" {
		t.Errorf("%v", got)
	}
	if strings.Contains(s.envoy.out.String(), "s4cret") || strings.Contains(s.envoy.out.String(), "s3cret") {
		t.Error("the log has a value of the pool")
	}
}

// The log is changed while Envoy runs, and switched off.
func TestAccessLogFormats(t *testing.T) {
	s := newStack(t)
	loud(s)
	s.startServer()
	s.startEnvoy()
	s.live()
	with := func(word, path string) {
		t.Helper()
		s.write(strings.Replace(s.text(), "filter_config:", "access_log: "+word+", filter_config:", 1))
		s.live()
		newClient(t).mustGet(t, s.cfg.Port, to(path))
	}
	with("text", "/text")
	with("off", "/off")
	with("json", "/json")
	s.said("/json")
	text := s.written("/text", 1)[0]
	if !strings.Contains(text, `"GET /text HTTP/1.1" 200 - 0 `) || !strings.HasSuffix(text, " echo 1 via_upstream \"-\"\n") {
		t.Errorf("%q", text)
	}
	if strings.Contains(s.envoy.out.String(), "/off") {
		t.Error("it is written though it is off")
	}
}

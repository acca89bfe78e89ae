package e2e

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// with is the config file with more upstreams.
func (s *stack) with(upstreams ...*backend) string {
	text := s.text()
	for _, b := range upstreams {
		text += fmt.Sprintf("  - {name: %[1]s, host: localhost, port: %[2]d, tls: {ca: %[1]s.pem, sni: %[3]s}}\n", b.name, b.port, b.sni())
	}
	return text
}

// A module calls an upstream by the name that it has in the file, from both chains, whatever becomes of the upstreams
// beside it.
func TestModuleCallsAnUpstream(t *testing.T) {
	protocols(t, func(t *testing.T, s *stack) {
		all := s.newBackends("api", "b", "c")
		api, b, c := all[0], all[1], all[2]
		good := s.cfg.Filters
		// A filter in the upstreams' chains cannot call when it is configured: see TestRefusedCalls.
		for _, call := range []string{"listener chapi", "listener thapi", "listener rhapi", "cluster thapi", "cluster rhapi"} {
			chain, config, _ := strings.Cut(call, " ")
			s.cfg.Filters = good + s.module("callout", config, map[string]string{"cluster": retryOnce}[chain])
			s.write(s.with(api, b, c))
			s.live()
			stop := traffic(t, s.cfg.Port)
			eventually(t, "it calls the upstream: "+call, func() bool { return api.count() > 0 })
			for _, now := range [][]*backend{{b, api, c}, {c, api}, {api}} {
				s.write(s.with(now...))
				s.live()
				api.answers(0)
				eventually(t, "it calls the upstream: "+call, func() bool { return api.count() > 0 || config == "chapi" })
			}
			stop()
		}
		if strings.Contains(s.envoy.out.String(), "result 02") {
			t.Error("a call was refused")
		}
		if n := b.count() + c.count(); n > 0 {
			t.Errorf("%d calls went to others", n)
		}
	})
}

// Calls that come to nothing, or to a crash, are refused at the line that makes them.
func TestRefusedCalls(t *testing.T) {
	s := newStack(t)
	api := s.newBackends("api")[0]
	s.startServer()
	good := s.cfg.Filters
	for config, words := range map[string]string{
		"chapo":                 ` configure: it made an HTTP call to "apo", and there is no such upstream, only echo, api`,
		"thapi.1":               ` tick: it made an HTTP call to "api.1", and there is no such upstream, only echo, api`,
		"rganalytics":           ` request: proxy_on_request_headers makes a gRPC call to "analytics", which Envoy reads as a GrpcService without a target`,
		"chapi" + retryOnce:     ` configure: it made an HTTP call to "api" before that can be there`,
		"rgapi" + retryOnce:     ` request: it made a gRPC call to "api", and the same again for that call`,
		`"rhapi"` + retryOnce:   "",
		`"thapi"`:               "",
		`"th/x/"`:               "",
		`"rhnosuch"`:            "",
		`"chb|80||c.svc.local"`: "",
	} {
		s.cfg.Filters = good + s.module("callout", config, "")
		if words == "" {
			s.write(s.with(api))
			eventually(t, "accepted: "+config, func() bool { return s.status().Error == nil })
			continue
		}
		s.mustBeRefused(s.with(api), words)
	}
}

// An edit that names an upstream which is not there is refused at its line, with those that are; nobody is sent it. The
// other commands say the same, but where the Envoys' clusters are somebody else's.
func TestModuleCallsNobody(t *testing.T) {
	s := newStack(t)
	api := s.newBackends("api")[0]
	s.write(s.with(api))
	s.startServer()
	s.startEnvoy()
	s.live()
	stop := traffic(t, s.cfg.Port)
	before := s.updates()
	s.cfg.Filters += s.module("callout", "cgapo", "")
	const words = `livefilter.yaml:8:13: filters[1].config: configure: it made a gRPC call to "apo", and there is no such upstream, only echo, api`
	s.mustBeRefused(s.with(api), words)
	for _, command := range []string{"validate livefilter.yaml", "try livefilter.yaml", "render livefilter.yaml", "render livefilter.yaml --format snippet --insecure"} {
		cmd := exec.Command(xdsServer, strings.Fields(command)...)
		cmd.Dir = s.dir
		out, err := cmd.CombinedOutput()
		ours := !strings.Contains(command, "snippet")
		if ours != (err != nil) || ours != strings.Contains(string(out), words) {
			t.Errorf("%s: %v, %s", command, err, out)
		}
		if hint := `it made a gRPC call to "apo", a cluster that its Envoy must have`; !ours && !strings.Contains(string(out), hint) {
			t.Errorf("%s does not say that %s", command, hint)
		}
	}
	if after := s.updates(); after != before {
		t.Errorf("Envoy was sent something:\n%s\nbefore:\n%s", after, before)
	}
	stop()
}

// What a module is answered that calls an upstream which is not there, and what try says of it: the same.
func TestTryCallsNobody(t *testing.T) {
	s := newStack(t)
	s.cfg.Filters += s.module("callout", "rhnosuch", "")
	s.save()
	s.startServer()
	s.server.await(`for a request it made an HTTP call to .+nosuch.+, and there is no such upstream, only echo`)
	s.startEnvoy()
	s.live()
	newClient(t).mustGet(t, s.cfg.Port)
	s.envoy.await("wasm log callout.*: result 02")
	cmd := exec.Command(xdsServer, "try", "livefilter.yaml")
	cmd.Dir = s.dir
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), `made an HTTP call to "nosuch", and there is no such upstream`) ||
		!strings.Contains(string(out), "result 02") {
		t.Errorf("%v, %s", err, out)
	}
}

//go:build compose

package compose

import (
	"slices"
	"strings"
	"testing"
)

// What a user does on the first day.
func TestUser(t *testing.T) {
	p := newProject(t)
	p.run("up", "--detach", "--wait")
	c := newClient(t)
	a, err := c.get(ingress)
	must(t, err)
	if !slices.Contains([]string{"hello", "world"}, a.rawUA) || a.header.Get("X-Proxy-Wasm") != "my-wasm-filter" {
		t.Errorf("ua-echo saw %q, the answer has %v", a.rawUA, a.header)
	}
	stop := traffic(t)

	for save := range saves {
		want := strings.ReplaceAll(save, " ", "-")
		p.edit(save, want)
		p.live()
		c.shows(t, want)
	}

	p.edit("in place", "")
	out, err := p.compose("exec", "xds-server", "xds-server", "status", "--wait")
	if want := "config/livefilter.yaml:12:17: filters[0].headers[0].values: must not be empty"; err == nil || !strings.Contains(out, want) {
		t.Errorf("status --wait: %v, want %s in\n%s", err, want, out)
	}
	if logs := p.run("logs", "xds-server"); !strings.Contains(logs, "config refused, the last good one is served") {
		t.Errorf("the log does not say that the config is refused:\n%s", logs)
	}
	p.edit("by rename", "mended")
	p.live()
	c.shows(t, "mended")

	p.kill("xds-server")
	p.edit("by rename", "after-a-crash")
	p.live()
	c.shows(t, "after-a-crash")

	p.run("stop", "xds-server")
	p.edit("in place", "while-it-was-away")
	c.shows(t, "after-a-crash")
	p.run("start", "xds-server")
	p.live()
	c.shows(t, "while-it-was-away")
	stop()

	p.kill("envoy")
	p.live()
	eventually(t, "Envoy serves again", func() bool { _, err := c.get(ingress); return err == nil })
	c.shows(t, "while-it-was-away")

	p.run("restart", "ua-echo") // it has another CA now
	eventually(t, "Envoy trusts the new CA", func() bool { _, err := c.get(ingress); return err == nil })
	p.live()

	p.saveToLive("65532")
	for _, service := range []string{"xds-server", "envoy", "ua-echo"} {
		if logs := p.run("logs", "--no-color"); !strings.Contains(logs, service+"-1 ") {
			t.Errorf("nothing of %s in the log:\n%s", service, logs)
		}
	}
}

// kill ends a container's process as a crash does, and waits for the restart. Docker's own kill would mean that somebody
// does not want it any more.
func (p *project) kill(service string) {
	p.t.Helper()
	id := p.run("ps", "--quiet", service)
	id = strings.TrimSpace(id)
	state := func(field string) string { return docker(p.t, "inspect", "--format", "{{"+field+"}}", id) }
	docker(p.t, "run", "--rm", "--pid=host", "--network=none", "--user=0", "--entrypoint=bash",
		envoyImage, "-c", "kill -9 "+state(".State.Pid"))
	eventually(p.t, service+" is restarted and healthy", func() bool {
		return state(".RestartCount") != "0" && state(".State.Health.Status") == "healthy"
	})
}

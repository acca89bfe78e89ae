//go:build compose

package compose

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Server and Envoys speak mTLS, each with a key that no other container can read, also after everything has become
// another user's.
func TestCertificates(t *testing.T) {
	p := newProject(t)
	p.run("--profile", "fleet", "up", "--detach", "--wait")
	p.live()
	mounts := map[string]string{} // of folders with keys, by who has them
	for service, folder := range map[string]string{
		"xds-server": "/etc/livefilter/tls/server", "xds-server-2": "/etc/livefilter/tls/server",
		"envoy": "/tls", "envoy-2": "/tls", "envoy-3": "/tls", "ua-echo": "",
	} {
		id := strings.TrimSpace(p.run("--profile", "fleet", "ps", "--quiet", service))
		out := docker(t, "inspect", "--format", `{{range .Mounts}}{{.Name}} {{.Destination}} {{.RW}}{{"\n"}}{{end}}`, id)
		for line := range strings.Lines(out) {
			name, at, _ := strings.Cut(strings.TrimSpace(line), " ")
			if !strings.Contains(name, "_tls-") {
				continue
			}
			if at != folder+" false" {
				t.Errorf("%s has %s at %s", service, name, at)
			}
			if kind := strings.TrimSuffix(service, "-2"); kind != "envoy" {
				service = kind
			}
			if other := mounts[name]; other != "" && other != service {
				t.Errorf("%s and %s share %s", service, other, name)
			}
			mounts[name] = service
		}
	}
	if len(mounts) != 4 {
		t.Errorf("keys are in %v", mounts)
	}
	if out := p.run("exec", "envoy-2", "ls", "-l", "/tls"); !regexp.MustCompile(`-rw------- .* tls\.key`).MatchString(out) {
		t.Errorf("Envoy's key:\n%s", out)
	}

	logs := func() string { return p.run("logs", "--no-color", "--no-log-prefix", "certs") }
	if n := strings.Count(logs(), "made: new"); n != 6 {
		t.Errorf("%d are new in\n%s", n, logs())
	}
	p.run("up", "--detach", "--wait")
	if n := strings.Count(logs(), "kept"); n != 6 {
		t.Errorf("the second start keeps %d in\n%s", n, logs())
	}
	stop := traffic(t)
	p.run("run", "--rm", "certs", "certs", "--output", "tls", "--renew")
	eventually(t, "the server has its new certificate", func() bool {
		return strings.Contains(p.run("logs", "--no-color", "xds-server"), "certificates loaded")
	})
	p.edit("by rename", "renewed")
	p.live()
	stop()
	if logs := p.run("logs", "--no-color", "xds-server"); strings.Contains(logs, "envoy disconnected") {
		t.Errorf("a stream did not stay:\n%s", logs)
	}
	p.env = []string{fmt.Sprintf("LIVEFILTER_USER=%d:%d", os.Getuid()+7, os.Getgid()+7)}
	p.run("up", "--detach", "--wait")
	p.live()
	if !strings.Contains(logs(), "the old one is another user's") {
		t.Errorf("as another user:\n%s", logs())
	}
	if a, err := newClient(t).get(ingress); err != nil || a.header.Get("X-Proxy-Wasm") != "my-wasm-filter" {
		t.Error(a, err)
	}
}

// The status page is for who has the token, which is where docs/how-to/compose.md says.
func TestAdminToken(t *testing.T) {
	p := newProject(t)
	p.run("up", "--detach", "--wait")
	const page = "http://127.0.0.1:18001/status"
	if out, err := p.command("curl", "-sS", "--fail", page).CombinedOutput(); err == nil {
		t.Errorf("the status without a token:\n%s", out)
	}
	p.run("cp", "xds-server:/etc/livefilter/tls/server/admin-token", "admin-token")
	token, err := os.ReadFile(filepath.Join(p.dir, "admin-token"))
	must(t, err)
	if out, err := p.command("curl", "-sS", "--fail", "--user", "me:"+strings.TrimSpace(string(token)), page).CombinedOutput(); err != nil {
		t.Errorf("the status with the token: %v\n%s", err, out)
	}
}

// Nothing runs as root, with a capability, or without the engine's seccomp profile.
func TestRights(t *testing.T) {
	p := newProject(t)
	p.run("up", "--detach", "--wait")
	for _, service := range []string{"certs", "ua-echo", "xds-server", "envoy"} {
		id := strings.TrimSpace(p.run("ps", "--all", "--quiet", service))
		out := docker(t, "inspect", "--format", "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Privileged}}", id)
		if user, rest, _ := strings.Cut(out, " "); strings.HasPrefix(user, "0") || rest != "true [ALL] [no-new-privileges:true] false" {
			t.Errorf("%s: %s", service, out)
		}
		if service == "certs" {
			continue // it has ended
		}
		pid := docker(t, "inspect", "--format", "{{.State.Pid}}", id)
		status := docker(t, "run", "--rm", "--pid=host", "--network=none", "--user=0", "--entrypoint=cat", envoyImage, "/proc/"+pid+"/status")
		for _, want := range []string{"CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"} {
			if !strings.Contains(status, want) {
				t.Errorf("%s: no %s in\n%s", service, want, status)
			}
		}
	}
}

package e2e

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

const manifests = "../deploy/kubernetes/"

// container returns the one container of the first object in a manifest, a Deployment.
func container(t *testing.T, file string) tree {
	t.Helper()
	data, err := os.ReadFile(manifests + file)
	must(t, err)
	var docs []tree
	must(t, yaml.Load(data, &docs, yaml.WithAllDocuments()))
	return at(t, docs[0], "spec", "template", "spec", "containers", 0).(tree)
}

// argv returns a container's command line, with values in the place of paths and variables.
func argv(t *testing.T, c tree, replace ...string) (args []string) {
	t.Helper()
	for _, arg := range at(t, c, "args").([]any) {
		args = append(args, strings.NewReplacer(replace...).Replace(arg.(string)))
	}
	return args
}

// mount lays out files as the kubelet does with a ConfigMap: behind a link that it swaps.
func mount(t *testing.T, dir, version string, files map[string]string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Join(dir, version), 0o755))
	for name, text := range files {
		must(t, os.WriteFile(filepath.Join(dir, version, name), []byte(text), 0o644))
		_ = os.Symlink(filepath.Join("..data", name), filepath.Join(dir, name)) // there from the second time on
	}
	must(t, os.Symlink(version, filepath.Join(dir, "..data_tmp")))
	must(t, os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")))
}

// The Deployments' own command lines, with their config and bootstrap: ready by their own
// probes, and a ConfigMap that changes is live on open connections.
func TestKubernetesDeployments(t *testing.T) {
	s := newStack(t)
	shipped, err := os.ReadFile(manifests + "config/livefilter.yaml")
	must(t, err)
	config := func(values string) map[string]string {
		text := strings.NewReplacer("0.0.0.0", "127.0.0.1", "port: 10000", fmt.Sprintf("port: %d", s.cfg.Port), "[hello, world]", values,
			"www.whatsmyua.info\n", "localhost\n", "port: 443", fmt.Sprintf("port: %d", s.cfg.UpstreamPort), "tls: {}", "tls: {ca: ../ca.pem}",
		).Replace(string(shipped))
		return map[string]string{"livefilter.yaml": text}
	}
	folder := filepath.Join(s.dir, "config")
	mount(t, folder, "..1", config("[one]"))

	secrets := certsSecrets(t)
	shown := func(version string) {
		made := secrets()
		mount(t, filepath.Join(s.dir, "tls-server"), version, made["xds-server-tls"])
		mount(t, filepath.Join(s.dir, "tls-envoy"), version, made["envoy-tls"])
	}
	shown("..1")

	server := container(t, "server.yaml")
	s.xds, s.admin = "127.0.0.1:0", "127.0.0.1:0"
	startServer := func() {
		args := argv(t, server, "/etc/livefilter/config", folder, "/tls/", filepath.Join(s.dir, "tls-server")+"/", "/var/lib/livefilter", s.dir)
		s.server = start(t, "xds-server", s.dir, append(append([]string{xdsServer}, args...), "--xds-address", s.xds, "--admin-address", s.admin)...)
		found := s.server.await(`"msg":"serving","xds_address":"([^"]+)","admin_address":"([^"]+)"`)
		s.xds, s.admin = found[1], found[2]
	}
	startServer()
	probed(t, server, "readinessProbe", s.admin)
	probed(t, server, "livenessProbe", s.admin)

	_, port, err := net.SplitHostPort(s.xds)
	must(t, err)
	for _, name := range []string{"envoy-ads-mtls.yaml", "sds-certificate.yaml", "sds-ca.yaml"} {
		text, err := os.ReadFile(manifests + "bootstrap/" + name)
		must(t, err)
		here := strings.NewReplacer(`"xds-server"`, "127.0.0.1", "port_value: 18000", "port_value: "+port, "port_value: 9901", "port_value: 0",
			"/etc/envoy", s.dir, "/tls/", filepath.Join(s.dir, "tls-envoy")+"/", "path: /tls\n", "path: "+filepath.Join(s.dir, "tls-envoy")+"\n").Replace(string(text))
		must(t, os.WriteFile(filepath.Join(s.dir, name), []byte(here), 0o600))
	}
	c := container(t, "envoy.yaml")
	if command := at(t, c, "command", 0); command != "envoy" {
		t.Fatalf("the command is %v", command)
	}
	s.envoy = start(t, "envoy", s.dir, append([]string{envoy}, argv(t, c, "/etc/envoy", s.dir, "$(POD_NAME)", "envoy-0")...)...)
	s.live()
	if id := s.status().Nodes[0].ID; id != "envoy-0" {
		t.Errorf("status knows the pod as %s", id)
	}
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.cfg.Port)) // the readiness probe
	must(t, err)
	must(t, conn.Close())

	client, at := s.first(http.StatusOK)
	stop := traffic(t, s.cfg.Port)
	for i, value := range []string{"two", "three", "four"} {
		shown(fmt.Sprint("..", i+2)) // certs.sh, once more
		mount(t, folder, fmt.Sprint("..", i+2), config("["+value+"]"))
		s.live()
		if got := client.mustGet(t, s.cfg.Port); got.userAgent() != value || got.conn != at {
			t.Errorf("edit %d: %q on %s, want %s on %s", i, got.userAgent(), got.conn, value, at)
		}
	}
	// The container starts again over a broken config.
	version := s.status().Version
	eventually(t, "the config is kept", func() bool {
		kept, _ := filepath.Glob(filepath.Join(s.dir, "state", "livefilter-config-*"))
		if len(kept) == 0 {
			return false
		}
		newest, _ := os.ReadFile(kept[len(kept)-1])
		return strings.Contains(string(newest), version)
	})
	mount(t, folder, "..5", config("[]"))
	s.server.kill()
	startServer()
	probed(t, server, "readinessProbe", s.admin)
	if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "four" {
		t.Errorf("over a broken config: %q", got.userAgent())
	}
	stop()
}

func probed(t *testing.T, c tree, probe, address string) {
	t.Helper()
	if port := at(t, c, probe, "httpGet", "port"); port != "http-admin" {
		t.Errorf("the %s asks port %v", probe, port)
	}
	resp, err := http.Get("http://" + address + at(t, c, probe, "httpGet", "path").(string))
	must(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the %s gets %s", probe, resp.Status)
	}
}

// kubectl says what it does, and keeps the files of the secrets that it makes.
const kubectl = `#!/bin/sh
dir=${0%/*}
echo "$@" >>"$dir/said"
[ "$1 $2 $3" = "create secret generic" ] || { cat >/dev/null; exit 0; }
mkdir -p "$dir/$4"
for arg; do
	case $arg in --from-file=*) arg=${arg#*=}; cp "${arg#*=}" "$dir/$4/${arg%%=*}" ;; esac
done
`

// certsSecrets returns what runs certs.sh, anew each time, and returns the files of the secrets that it makes.
func certsSecrets(t *testing.T) func() map[string]map[string]string {
	dir, folder := t.TempDir(), filepath.Join(t.TempDir(), "certs")
	must(t, os.WriteFile(filepath.Join(dir, "kubectl"), []byte(kubectl), 0o755))
	return func() map[string]map[string]string {
		t.Helper()
		must(t, os.RemoveAll(filepath.Join(folder, "server"))) // it makes another
		must(t, os.RemoveAll(filepath.Join(folder, "envoy.livefilter")))
		cmd := exec.Command("bash", manifests+"certs.sh", folder)
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("certs.sh: %v\n%s", err, out)
		}
		secrets := map[string]map[string]string{}
		for _, name := range []string{"xds-server-tls", "envoy-tls"} {
			secrets[name] = map[string]string{}
			for _, file := range []string{"tls.crt", "tls.key", "ca.crt"} {
				text, err := os.ReadFile(filepath.Join(dir, name, file))
				must(t, err)
				secrets[name][file] = string(text)
			}
		}
		return secrets
	}
}

//go:build compose

package compose

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for what should happen soon; no test passes by waiting.
const patience = 60 * time.Second

// project is a checkout, and the containers that docker compose runs from it.
type project struct {
	t   *testing.T
	dir string
	env []string // what the user sets, such as LIVEFILTER_CONFIG
}

// newProject has nothing running yet; whatever runs at the test's end is taken down.
func newProject(t *testing.T, env ...string) *project {
	t.Helper()
	p, err := checkout()
	must(t, err)
	p.t, p.env = t, env
	t.Cleanup(func() {
		if t.Failed() {
			out, _ := p.compose("--profile", "fleet", "logs", "--tail", "30")
			t.Logf("docker compose logs:\n%s", out)
		}
		p.down()
		must(t, os.RemoveAll(p.dir))
	})
	return p
}

// command has nothing in its environment but what finds Docker, and what the user set.
func (p *project) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = p.dir
	cmd.Env = append([]string{"COMPOSE_PROJECT_NAME=" + projectName}, p.env...)
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if name == "PATH" || name == "HOME" || strings.HasPrefix(name, "DOCKER_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	return cmd
}

// compose returns all that docker compose said.
func (p *project) compose(args ...string) (string, error) {
	out, err := p.command("docker", append([]string{"compose"}, args...)...).CombinedOutput()
	return string(out), err
}

// run is compose for a command that must succeed.
func (p *project) run(args ...string) string {
	p.t.Helper()
	out, err := p.compose(args...)
	if err != nil {
		p.t.Fatalf("docker compose %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// down ends everything, in every profile, and holds the engine to having nothing left.
func (p *project) down() {
	p.t.Helper()
	start := time.Now()
	p.run("--profile", "fleet", "down", "--volumes")
	p.t.Logf("docker compose down took %.1f s", time.Since(start).Seconds())
	must(p.t, leftovers())
}

// leftovers is an error where the engine still has anything of the project, images apart.
func leftovers() error {
	for kind, list := range map[string][]string{
		"containers": {"ps", "--all"}, "networks": {"network", "ls"}, "volumes": {"volume", "ls"},
	} {
		out, err := exec.Command("docker", append(list, "--quiet", "--filter", "label=com.docker.compose.project="+projectName)...).Output()
		if err != nil {
			return fmt.Errorf("list the %s: %w", kind, err)
		}
		if len(out) > 0 {
			return fmt.Errorf("%s are left: %s", kind, out)
		}
	}
	return nil
}

// live waits, as a user does, until the file on disk is what every Envoy of the server runs.
func (p *project) live() {
	p.t.Helper()
	p.run("exec", "xds-server", "xds-server", "status", "--wait", "--timeout", patience.String())
}

// docker runs a command of the engine itself.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command("docker", args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("docker %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

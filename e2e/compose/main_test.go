//go:build compose

package compose

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// projectName keeps the test apart from a livefilter that somebody runs with the same engine.
const projectName = "livefilter-test"

// ports are what docker-compose.yaml publishes.
var ports = []int{10000, 10001, 10002, 18001, 18002}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "compose:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if out, err := exec.Command("docker", "compose", "version").CombinedOutput(); err != nil {
		return 1, fmt.Errorf("no Docker Compose here, `make test-compose` brings one: %s", out)
	}
	for _, port := range ports {
		lis, err := net.Listen("tcp", fmt.Sprintf(":%d", port))
		if err != nil {
			return 1, fmt.Errorf("docker-compose.yaml publishes port %d, and something has it: %w", port, err)
		}
		lis.Close()
	}
	p, err := checkout()
	if err != nil {
		return 1, err
	}
	defer func() {
		out, e := p.compose("--profile", "fleet", "down", "--volumes", "--rmi", "local")
		if e != nil {
			e = fmt.Errorf("docker compose down: %w\n%s", e, out)
		}
		if err = errors.Join(err, e, leftovers(), os.RemoveAll(p.dir)); err != nil {
			code = 1
		}
	}()
	if out, err := p.compose("--progress", "plain", "--profile", "fleet", "build"); err != nil {
		return 1, fmt.Errorf("docker compose build: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// checkout copies what a clone of the repository holds to a folder of its own: the files that git knows, as they are now.
// Docker may share the checkout with a virtual machine, and seldom shares the folder for temporary files.
func checkout() (*project, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return nil, err
	}
	cache := filepath.Join(root, ".cache")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(cache, "compose-test-")
	if err != nil {
		return nil, err
	}
	list := exec.Command("git", "-c", "safe.directory=*", "ls-files", "-z")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, os.ErrNotExist) {
			continue // removed and not committed yet
		}
		if err != nil {
			return nil, err
		}
		mode := os.FileMode(0o644)
		if strings.HasSuffix(name, ".sh") {
			mode = 0o755
		}
		to := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, data, mode)); err != nil {
			return nil, err
		}
	}
	return &project{dir: dir}, os.Chmod(dir, 0o755)
}

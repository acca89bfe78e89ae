//go:build torture

package torture

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

const xdsAddress, adminAddress = "127.0.0.1:18000", "127.0.0.1:18001"

// rig is a server, two Envoys with upstreams in networks of their own, and the paths between.
type rig struct {
	dir          string
	log          *events
	judge        *judge
	networks     [2]namespace
	relays       [2]*relay
	statusClient *http.Client

	life sync.Mutex // held while the server ends and starts

	mu      sync.Mutex
	server  *process
	envoys  [2]*process
	stopped bool
}

func newRig(dir string) (*rig, error) {
	r := &rig{dir: dir, log: newEvents(), statusClient: &http.Client{}}
	r.judge = newJudge(r.log)
	for _, folder := range []string{"config", "state"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			return nil, err
		}
	}
	if err := unix.Mount("tmpfs", filepath.Join(dir, "state"), "tmpfs", 0, "size=256k"); err != nil {
		return nil, fmt.Errorf("a disk of its own for the state folder: %w", err)
	}
	for e := range r.networks {
		var err error
		if r.networks[e], err = newNamespace(); err != nil {
			return nil, err
		}
		if err := startBackends(r.networks[e]); err != nil {
			return nil, err
		}
		if r.relays[e], err = newRelay(r.networks[e], xdsAddress, xdsAddress); err != nil {
			return nil, err
		}
		flags := []string{"bootstrap", "--server", xdsAddress, "--node-id", nodeIDs[e], "--admin-port", "9901"}
		if e == sotw {
			flags = append(flags, "--sotw")
		}
		bootstrap, err := exec.Command(xdsServer, flags...).Output()
		if err != nil {
			return nil, fmt.Errorf("bootstrap: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, nodeIDs[e]+".yaml"), bootstrap, 0o600); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *rig) logFile(name string) string { return filepath.Join(r.dir, name+".log") }

func (r *rig) startEnvoy(e int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var p *process
	err := r.networks[e].in(func() (err error) {
		p, err = start(r.dir, r.logFile(nodeIDs[e]), envoyPath, "-c", nodeIDs[e]+".yaml", "--disable-hot-restart",
			"--concurrency", "2", "--drain-time-s", "10")
		return err
	})
	if err != nil {
		return err
	}
	r.envoys[e] = p
	go func() {
		<-p.exited
		if !p.meantTo.Load() {
			r.judge.fail("envoy %d ended by itself: %s", e, p.cmd.ProcessState)
		}
	}()
	return nil
}

// end kills everything.
func (r *rig) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
	for _, p := range []*process{r.server, r.envoys[0], r.envoys[1]} {
		if p != nil {
			p.end(syscall.SIGKILL)
		}
	}
	_ = unix.Unmount(filepath.Join(r.dir, "state"), unix.MNT_DETACH)
}

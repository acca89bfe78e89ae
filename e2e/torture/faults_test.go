//go:build torture

package torture

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// fault lasts for some time and leaves nothing behind. It ends early if ctx does.
type fault struct {
	target string // one at a time
	run    func(ctx context.Context, lasts time.Duration)
	most   time.Duration
}

// faults by name.
func (r *rig) faults() map[string]fault {
	all := map[string]fault{
		"server: kill -9":         {"server", func(ctx context.Context, lasts time.Duration) { r.restart(ctx, syscall.SIGKILL, lasts) }, 3 * time.Second},
		"server: SIGTERM":         {"server", func(ctx context.Context, lasts time.Duration) { r.restart(ctx, syscall.SIGTERM, lasts) }, time.Second},
		"server: SIGSTOP":         {"server", r.stopServer, 6 * time.Second},
		"server: SIGHUP":          {"server", r.hangUp, 0},
		"server: few descriptors": {"descriptors", r.takeDescriptors, 8 * time.Second},
		"server: full disk":       {"disk", r.fillDisk, 10 * time.Second},
	}
	for e, id := range nodeIDs {
		path := func(cut, stuck bool, delay time.Duration) func(context.Context, time.Duration) {
			return func(ctx context.Context, lasts time.Duration) {
				r.relays[e].set(cut, stuck, delay)
				pause(ctx, lasts)
				r.relays[e].set(false, false, 0)
			}
		}
		all[id+": cut"] = fault{id + " path", path(true, false, 0), 15 * time.Second}
		all[id+": cut shortly"] = fault{id + " path", path(true, false, 0), 300 * time.Millisecond}
		all[id+": stuck"] = fault{id + " path", path(false, true, 0), 15 * time.Second}
		all[id+": delay"] = fault{id + " path", path(false, false, 200*time.Millisecond), 10 * time.Second}
		all[id+": kill -9"] = fault{id, func(ctx context.Context, lasts time.Duration) { r.replace(ctx, e, lasts) }, 2 * time.Second}
		all[id+": SIGSTOP"] = fault{id, func(ctx context.Context, lasts time.Duration) { r.freeze(ctx, e, lasts) }, 6 * time.Second}
	}
	return all
}

// restart ends the server and starts the next one.
func (r *rig) restart(ctx context.Context, s syscall.Signal, lasts time.Duration) {
	r.life.Lock()
	defer r.life.Unlock()
	r.current().end(s)
	pause(ctx, lasts)
	if err := r.startServer(); err != nil {
		r.judge.fail("start the server: %v", err)
	}
}

func (r *rig) signalServer(s syscall.Signal) {
	if p := r.current(); p.alive() {
		p.signal(s)
	}
}

// hangUp does nothing to a server that may not be ready for it: the signal ends a process that
// has just begun.
func (r *rig) hangUp(context.Context, time.Duration) {
	if !r.judge.isStarting() {
		r.signalServer(syscall.SIGHUP)
	}
}

func (r *rig) stopServer(ctx context.Context, lasts time.Duration) {
	r.signalServer(syscall.SIGSTOP)
	pause(ctx, lasts)
	r.signalServer(syscall.SIGCONT)
}

func (r *rig) replace(ctx context.Context, e int, lasts time.Duration) {
	r.mu.Lock()
	p := r.envoys[e]
	r.mu.Unlock()
	r.judge.kill(e)
	p.end(syscall.SIGKILL)
	pause(ctx, lasts)
	if err := r.startEnvoy(e); err != nil {
		r.judge.fail("start envoy %d: %v", e, err)
	}
}

func (r *rig) freeze(ctx context.Context, e int, lasts time.Duration) {
	r.mu.Lock()
	p := r.envoys[e]
	r.mu.Unlock()
	r.judge.freeze(e, true)
	p.signal(syscall.SIGSTOP)
	pause(ctx, lasts)
	p.signal(syscall.SIGCONT)
	r.judge.freeze(e, false)
}

// takeDescriptors opens more connections than the server may.
func (r *rig) takeDescriptors(ctx context.Context, lasts time.Duration) {
	var conns []net.Conn
	for range 150 {
		if conn, err := net.DialTimeout("tcp", xdsAddress, time.Second); err == nil {
			conns = append(conns, conn)
		}
	}
	pause(ctx, lasts)
	for _, c := range conns {
		_ = c.Close()
	}
}

func (r *rig) fillDisk(ctx context.Context, lasts time.Duration) {
	path := filepath.Join(r.dir, "state", "filler")
	f, err := os.Create(path)
	if err != nil {
		return // it is full
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	_ = f.Close()
	pause(ctx, lasts)
	_ = os.Remove(path)
}

//go:build torture

package torture

import (
	"context"
	"path/filepath"
)

// descriptors is how many the server may have: a burst of connections takes them all.
const descriptors = "100"

func (r *rig) startServer() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept, err := keptState(filepath.Join(r.dir, "state"))
	if err != nil {
		return err
	}
	r.judge.serverStarts(kept)
	p, err := start(filepath.Join(r.dir, "config"), r.logFile("server"), "sh", "-c",
		"ulimit -n "+descriptors+`; exec "$0" "$@"`, xdsServer, "serve", "--config", configFile, "--state-dir", "../state",
		"--xds-address", xdsAddress, "--admin-address", adminAddress, "--expect-envoys", "2", "--log-level", "debug")
	if err != nil {
		return err
	}
	r.server = p
	go r.mind(p)
	return nil
}

// mind waits for the end of a server. One that starts over broken files and has kept nothing
// ends, and is started again.
func (r *rig) mind(p *process) {
	<-p.exited
	if p.meantTo.Load() {
		return
	}
	if !r.judge.brokenStart() {
		r.judge.fail("the server ended by itself: %s", p.cmd.ProcessState)
		return
	}
	r.log.add("server ended over broken files", "and is started again")
	pause(context.Background(), sampleEvery)
	r.life.Lock()
	defer r.life.Unlock()
	if r.current() == p {
		if err := r.startServer(); err != nil {
			r.judge.fail("start the server: %v", err)
		}
	}
}

// current is the server, nil once all is over.
func (r *rig) current() *process {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return nil
	}
	return r.server
}

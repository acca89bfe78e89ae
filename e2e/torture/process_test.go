//go:build torture

package torture

import (
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
)

// process is a child that dies with the test.
type process struct {
	cmd     *exec.Cmd
	exited  chan struct{}
	meantTo atomic.Bool // end
}

// start runs argv in dir; what it says is added to the file log.
func start(dir, log string, argv ...string) (*process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	p := &process{cmd: exec.Command(argv[0], argv[1:]...), exited: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stderr = dir, out // an Envoy's access log goes to its standard output, and nowhere
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	return p, nil
}

func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// end sends a signal that ends it, and waits.
func (p *process) end(s syscall.Signal) {
	p.meantTo.Store(true)
	p.signal(s)
	<-p.exited
}

func (p *process) alive() bool {
	if p == nil {
		return false
	}
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

package e2e

import (
	"bytes"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what should happen soon; no test passes by waiting.
const patience = 2 * time.Minute

// process is a child whose output is kept; it is killed at the test's end at the latest.
type process struct {
	t      testing.TB
	name   string
	cmd    *exec.Cmd
	out    output
	exited chan struct{}
}

// output is a buffer that may be read while it is written.
type output struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	full bool // nothing more is kept
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.full {
		return len(p), nil
	}
	return o.buf.Write(p)
}

// enough drops what is written from now on: an access log of millions of lines, say.
func (o *output) enough() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.full = true
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// noise is what Envoy says of itself at its start, and its access log.
var noise = regexp.MustCompile(`(?m)^(\[.*(\]\[info\]|\] "GET )|\{"authority").*\n`)

func start(t testing.TB, name, dir string, argv ...string) *process {
	p := &process{t: t, name: name, cmd: exec.Command(argv[0], argv[1:]...), exited: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, &p.out, &p.out
	// Dies with the test binary, whatever ends that.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.kill()
		if strings.Contains(p.out.String(), "DATA RACE") || strings.Contains(p.out.String(), "panic:") {
			t.Errorf("%s crashed:\n%s", name, p.out.String())
		}
		if t.Failed() {
			t.Logf("--- %s\n%s", name, tail(noise.ReplaceAllString(p.out.String(), ""), 30))
		}
	})
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// terminate sends SIGTERM and returns the exit code.
func (p *process) terminate() int {
	must(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	return p.wait()
}

func (p *process) wait() int {
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.t.Fatalf("%s does not end", p.name)
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// await returns the submatches of pattern in the process's output, once they are there.
func (p *process) await(pattern string) []string {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	var found []string
	eventually(p.t, p.name+" logs "+pattern, func() bool {
		found = re.FindStringSubmatch(p.out.String())
		if found == nil && !p.alive() {
			p.t.Fatalf("%s ended", p.name)
		}
		return found != nil
	})
	return found
}

func tail(s string, lines int) string {
	all := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// fetched is what a URL answers with, whatever the status.
func fetched(t testing.TB, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	must(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	must(t, err)
	return string(b)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

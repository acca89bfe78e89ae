package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The servers. Each runs in a process of its own, so that its time and memory are its own too.
const (
	livefilter = "livefilter"
	secure     = "livefilter, mTLS"
	plain      = "go-control-plane"
	bare       = "floor"
)

var (
	kinds    = []string{bare, livefilter, plain}
	securely = []string{bare, livefilter, secure}
)

// server is a running one.
type server struct {
	command *exec.Cmd
	address string
	tls     *tls.Config // of its clients; nil: plaintext
	push    func(n int) (began time.Time, err error)
}

// start runs a server. binary is livefilter's; dir is for its files and the logs.
func start(ctx context.Context, kind, binary, dir string) (*server, error) {
	log, err := os.CreateTemp(dir, "log-")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s := &server{}
	var flags []string
	if kind == secure {
		flags, s.tls, err = certificates(dir)
	}
	switch {
	case err != nil:
	case kind == livefilter || kind == secure:
		err = s.startLivefilter(ctx, binary, dir, log, flags...)
	default:
		err = s.startOwn(ctx, kind, log)
	}
	if err != nil {
		s.stop()
		words, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("start %s: %w\n%s", kind, err, words)
	}
	return s, nil
}

var serving = regexp.MustCompile(`msg=serving xds_address=(\S+)`)

// startLivefilter runs the real server on a real file; a push is a save by rename.
func (s *server) startLivefilter(ctx context.Context, binary, dir string, log *os.File, flags ...string) error {
	config, next := filepath.Join(dir, "livefilter.yaml"), filepath.Join(dir, "next")
	if err := os.WriteFile(config, []byte(configText(0)), 0o600); err != nil {
		return err
	}
	s.push = func(n int) (time.Time, error) {
		if err := os.WriteFile(next, []byte(configText(n)), 0o600); err != nil {
			return time.Time{}, err
		}
		return time.Now(), os.Rename(next, config)
	}
	s.command = exec.CommandContext(ctx, binary, append([]string{"serve", "--config", config,
		"--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0"}, flags...)...)
	s.command.Stderr = log
	if err := s.command.Start(); err != nil {
		return err
	}
	for range 100 {
		words, err := os.ReadFile(log.Name())
		if err != nil {
			return err
		}
		if found := serving.FindSubmatch(words); found != nil {
			s.address = string(found[1])
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return errors.New("it does not serve")
}

// startOwn runs this program as a server, see serve.
func (s *server) startOwn(ctx context.Context, kind string, log *os.File) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	s.command = exec.CommandContext(ctx, self, "-serve", kind)
	s.command.Stderr = log
	stdin, err := s.command.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := s.command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.command.Start(); err != nil {
		return err
	}
	lines := bufio.NewReader(stdout)
	s.address, err = lines.ReadString('\n')
	s.address = strings.TrimSpace(s.address)
	s.push = func(n int) (time.Time, error) {
		if _, err := fmt.Fprintln(stdin, n); err != nil {
			return time.Time{}, err
		}
		line, err := lines.ReadString('\n')
		if err != nil {
			return time.Time{}, err
		}
		nanoseconds, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		return time.Unix(0, nanoseconds), err
	}
	return err
}

func (s *server) stop() {
	if s.command != nil && s.command.Process != nil {
		_ = s.command.Process.Kill() // nothing in it is worth an orderly end
		_ = s.command.Wait()
	}
}

func (s *server) proc(name string) string {
	return fmt.Sprintf("/proc/%d/%s", s.command.Process.Pid, name)
}

// cpu is the time of all threads on processors so far. Go ends no thread, so that none is missing from the sum.
func (s *server) cpu() (sum time.Duration, err error) {
	threads, err := filepath.Glob(s.proc("task/*/schedstat"))
	for _, name := range threads {
		data, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		var nanoseconds time.Duration
		if _, err := fmt.Sscan(string(data), &nanoseconds); err != nil {
			return 0, err
		}
		sum += nanoseconds
	}
	return sum, err
}

// memory returns a field of /proc/PID/status in kB: VmRSS, or VmHWM, the peak since resetPeak.
func (s *server) memory(field string) (kb float64, err error) {
	data, err := os.ReadFile(s.proc("status"))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(data), field+":")
	_, err = fmt.Sscan(after, &kb)
	return kb, err
}

func (s *server) resetPeak() error { return os.WriteFile(s.proc("clear_refs"), []byte("5"), 0) }

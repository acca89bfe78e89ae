package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// server is livefilter's, in a process of its own.
type server struct {
	command    *exec.Cmd
	xds, admin string
}

var serving = regexp.MustCompile(`msg=serving xds_address=(\S+) admin_address=(\S+)`)

func start(command *exec.Cmd) (*server, error) {
	stderr, err := command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	s := &server{command: command}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if found := serving.FindStringSubmatch(lines.Text()); found != nil {
			s.xds, s.admin = found[1], found[2]
			go func() { _, _ = io.Copy(io.Discard, stderr) }()
			return s, nil
		}
	}
	s.stop()
	return nil, errors.New("it does not serve")
}

func (s *server) stop() {
	_ = s.command.Process.Kill() // nothing in it is worth an orderly end
	_ = s.command.Wait()
}

// cpu is the time of all threads so far. Go ends none, so that none is missing from the sum.
func (s *server) cpu() (sum time.Duration) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.command.Process.Pid))
	for _, name := range threads {
		data, _ := os.ReadFile(name)
		var nanoseconds time.Duration
		_, _ = fmt.Sscan(string(data), &nanoseconds)
		sum += nanoseconds
	}
	return sum
}

// rss is resident memory in kB.
func (s *server) rss() (kb float64) {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	_, after, _ := strings.Cut(string(data), "VmRSS:")
	_, _ = fmt.Sscan(after, &kb)
	return kb
}

// status is how long /status takes.
func (s *server) status() time.Duration {
	began := time.Now()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+s.admin+"/status", http.NoBody)
	if err != nil {
		return 0
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return time.Since(began)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// startEnvoy returns once it answers. What livefilter would serve it, it has as a static config: the same resources.
func startEnvoy(ctx context.Context, o options, dir string, w way, backends []*backend) (port int, stop func(), err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, nil, err
	}
	port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return 0, nil, err
	}
	config, err := w.config(ctx, o, dir, port, backends)
	if err != nil {
		return 0, nil, err
	}
	file := filepath.Join(dir, fmt.Sprint(port, ".yaml"))
	if err := os.WriteFile(file, config, 0o600); err != nil {
		return 0, nil, err
	}
	log, err := os.Create(file + ".log")
	if err != nil {
		return 0, nil, err
	}
	defer log.Close()
	command := exec.CommandContext(ctx, o.envoy, "-c", file, "--use-dynamic-base-id", "--concurrency", "2", "-l", "error")
	command.Stderr = log
	if err := command.Start(); err != nil {
		return 0, nil, err
	}
	stop = func() {
		_ = command.Process.Kill() // nothing in it is worth an orderly end
		_ = command.Wait()
	}
	for deadline := time.Now().Add(time.Minute); get(ctx, http.DefaultClient, port).lost; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) || ctx.Err() != nil {
			stop()
			words, _ := os.ReadFile(log.Name())
			return 0, nil, fmt.Errorf("its Envoy does not answer:\n%s", words)
		}
	}
	return port, stop, nil
}

func (w way) config(ctx context.Context, o options, dir string, port int, backends []*backend) ([]byte, error) {
	if w.filters == "" {
		return w.envoyConfig(port, backends)
	}
	file := filepath.Join(dir, fmt.Sprint("livefilter-", port, ".yaml"))
	if err := os.WriteFile(file, []byte(w.livefilterConfig(port, backends)), 0o600); err != nil {
		return nil, err
	}
	render := exec.CommandContext(ctx, o.server, "render", file)
	config, err := render.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		err = fmt.Errorf("%w: %s", err, failed.Stderr)
	}
	return config, err
}

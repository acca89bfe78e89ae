package envoyrun

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"syscall"
	"time"
)

// Outcome is what an Envoy was seen to do with a config.
type Outcome string

// The outcomes.
const (
	Serves  Outcome = "serves"  // requests with and without a body get an answer of the upstream, or of a filter
	Refuses Outcome = "refuses" // Envoy does not start with it
	Fails   Outcome = "fails"   // Envoy takes it, and some request is lost: 503, or a broken response
	Crashes Outcome = "crashes" // the process ends with a signal
	Hangs   Outcome = "hangs"   // Envoy, or each of its requests, waits for ever
)

// Observe starts the Envoy at path with a config in YAML and sends requests to address, where
// its listener has to be.
// It takes a second, or some ten if the Envoy hangs. The error says that it could not be started.
func Observe(ctx context.Context, path, config string, address string) (Outcome, error) {
	cmd := exec.CommandContext(ctx, path, "--use-dynamic-base-id", "--concurrency", "1", "-l", "off", "--config-yaml", config)
	if err := cmd.Start(); err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	outcome, over := observe(ctx, address, ended)
	if !over {
		select {
		case err := <-ended: // a crash may come a little after the response
			outcome = exited(err)
		case <-time.After(200 * time.Millisecond):
			_ = cmd.Process.Kill()
			<-ended //nolint:errcheck // it was killed here
		}
	}
	return outcome, nil
}

// observe waits for the port to open and sends two plain requests around one with a body. Over is an Envoy that ended.
func observe(ctx context.Context, address string, ended <-chan error) (outcome Outcome, over bool) {
	up := false
	for deadline := time.Now().Add(8 * time.Second); !up && time.Now().Before(deadline); {
		select {
		case err := <-ended:
			return exited(err), true
		case <-time.After(50 * time.Millisecond):
		}
		dialer := net.Dialer{Timeout: time.Second}
		if c, err := dialer.DialContext(ctx, "tcp", address); err == nil {
			_ = c.Close()
			up = true
		}
	}
	if !up {
		return Hangs, false
	}
	time.Sleep(300 * time.Millisecond) // a worker may still be starting a module, or its timer ring
	outcome = Serves
	for _, body := range []bool{false, true, false} {
		switch err := send(ctx, address, body); {
		case errors.Is(err, context.DeadlineExceeded):
			return Hangs, false
		case err != nil:
			outcome = Fails
		}
	}
	return outcome, false
}

func exited(err error) Outcome {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return Crashes
		}
	}
	return Refuses
}

//go:build torture

// Package torture edits a config at random under two real Envoys while processes die, freeze
// and are cut off, and judges every answer: see judge. It is run by `make torture`.
//
//	SEED     what happens, in which order; the run begins by printing it
//	MINUTES  how long, 5 by default
//	ENVOY    the Envoy binary; where it is unset, scripts/envoy.sh finds or installs one
package torture

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// xdsServer and envoyPath are the binaries under test.
var xdsServer, envoyPath string

// apart marks the process that has namespaces of its own.
const apart = "LIVEFILTER_TORTURE_BINARIES"

func TestMain(m *testing.M) {
	code, err := 0, error(nil)
	if dir := os.Getenv(apart); dir != "" {
		xdsServer, envoyPath = filepath.Join(dir, "xds-server"), os.Getenv("ENVOY")
		if err = loopbackUp(); err == nil {
			code = m.Run()
		}
	} else {
		code, err = outside()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		code = 1
	}
	os.Exit(code)
}

// outside builds what is tested and runs the tests in a process apart: as root of a network
// where all ports are free, and with mounts that end with it.
func outside() (int, error) {
	dir, err := os.MkdirTemp("", "livefilter-torture-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	build := exec.Command("go", "build", "-race", "-o", filepath.Join(dir, "xds-server"), "../../cmd/xds-server")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return 1, fmt.Errorf("build xds-server: %w", err)
	}
	if os.Getenv("ENVOY") == "" {
		find := exec.Command("../../scripts/envoy.sh")
		find.Stderr = os.Stderr
		out, err := find.Output()
		if err != nil {
			return 1, fmt.Errorf("find an envoy: %w", err)
		}
		_ = os.Setenv("ENVOY", strings.TrimSpace(string(out)))
	}
	again := exec.Command("/proc/self/exe", os.Args[1:]...)
	again.Stdout, again.Stderr = os.Stdout, os.Stderr
	again.Env = append(os.Environ(), apart+"="+dir, "GORACE=atexit_sleep_ms=0 halt_on_error=1")
	again.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
	}
	err = again.Run()
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		return ended.ExitCode(), nil
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture: NOT TESTED: no namespaces on this machine:", err)
	}
	return 0, nil
}

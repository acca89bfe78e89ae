package watch

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// apart runs the calling test again in a process with namespaces of its own, and reports
// whether this is that process.
func apart(t *testing.T, namespaces uintptr) bool {
	t.Helper()
	const mark = "LIVEFILTER_TEST_APART"
	if os.Getenv(mark) == t.Name() {
		return true
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), mark+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | namespaces,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	out, err := cmd.CombinedOutput()
	if _, ran := err.(*exec.ExitError); err != nil && !ran {
		t.Skipf("NOT TESTED: no namespaces on this machine: %v", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// A file that is mounted by itself, as with `docker run -v FILE:FILE`.
func TestFileMount(t *testing.T) {
	t.Parallel()
	if !apart(t, syscall.CLONE_NEWNS) {
		return
	}
	source, path := tempFile(t, "first"), filepath.Join(t.TempDir(), "with space.yaml")
	write(t, path, "")
	must(t, syscall.Mount(source, path, "", syscall.MS_BIND, ""))
	defer func() { must(t, syscall.Unmount(path, syscall.MNT_DETACH)) }()

	f := follow(t, path)
	f.next(t, "first")
	write(t, source, "other")
	f.next(t, "other")
	if n := strings.Count(f.log.String(), "single file is mounted"); n != 1 {
		t.Errorf("said %d times that the file is a mount", n)
	}
	replace(t, source, "not to be seen")
	f.unsettle(t, "with space.yaml was replaced or deleted where it is mounted from")
	eventually(t, "a line in the log", func() bool {
		return strings.Contains(f.log.String(), "mounted file was replaced or deleted at its source")
	})
	write(t, path, "third") // the mount itself still works
	f.next(t, "third")
}

// The kernel's limits leave no events. Polling goes on, and the log says which limit.
func TestLimits(t *testing.T) {
	t.Parallel()
	if !apart(t, 0) {
		return
	}
	for _, limit := range []string{"max_user_watches", "max_user_instances"} {
		sysctl := "/proc/sys/user/" + strings.Replace(limit, "user", "inotify", 1)
		was, err := os.ReadFile(sysctl)
		must(t, err, os.WriteFile(sysctl, []byte("0"), 0))
		path := tempFile(t, "0")
		f := follow(t, path)
		f.next(t, "0")
		for i := 1; i < 3; i++ {
			write(t, path, fmt.Sprint(i))
			f.next(t, fmt.Sprint(i))
		}
		if n := strings.Count(f.log.String(), "the limit fs.inotify."+limit+" is reached"); n != 1 {
			t.Errorf("%s: said %d times\n%s", limit, n, f.log)
		}
		must(t, os.WriteFile(sysctl, was, 0))
	}
}

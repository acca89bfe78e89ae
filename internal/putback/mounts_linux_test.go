package putback

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// apart runs the calling test again in a process with a mount namespace of its own, as a user who
// is nobody else's root, and reports whether this is that process.
func apart(t *testing.T) bool {
	t.Helper()
	const mark = "LIVEFILTER_TEST_APART"
	if os.Getenv(mark) == t.Name() {
		return true
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), mark+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
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

// The second file cannot be put in its place: the first one gets back what it had.
func TestMounts(t *testing.T) {
	if !apart(t) {
		return
	}
	dir, other := t.TempDir(), filepath.Join(t.TempDir(), "other")
	a, b := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.txt")
	write(t, a, "work")
	write(t, b, "")
	write(t, other, "mounted")
	must(t, syscall.Mount(other, b, "", syscall.MS_BIND, ""))
	defer func() { must(t, syscall.Unmount(b, syscall.MNT_DETACH)) }()
	_, _, err := Disk{}.Replace(files(a, "old", b, "old"), b, knows("work", "mounted"))
	if err == nil || !strings.Contains(err.Error(), "mount its folder instead") {
		t.Errorf("a file that is a mount: %v", err)
	}
	if got := left(t, dir); text(t, a) != "work" || text(t, b) != "mounted" || !slices.Equal(got, []string{"a.yaml", "b.txt"}) {
		t.Errorf("after that: %q", got)
	}
	must(t, syscall.Mount(dir, dir, "", syscall.MS_BIND, ""))
	defer func() { must(t, syscall.Unmount(dir, syscall.MNT_DETACH)) }()
	must(t, syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, ""))
	if _, _, err = (Disk{}).Replace(files(a, "old"), a, knows()); err == nil || !strings.Contains(err.Error(), a+" cannot be written back: its folder is read-only for this server") {
		t.Errorf("a read-only mount: %v", err)
	}
}

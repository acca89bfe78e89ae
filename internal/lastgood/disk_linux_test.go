package lastgood

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// small runs the calling test again where it may mount, and gives it a disk of its own of
// the size. It reports whether this is that run.
func small(t *testing.T, size string) (folder string, ours bool) {
	t.Helper()
	const mark = "LIVEFILTER_TEST_DISK"
	if os.Getenv(mark) == t.Name() {
		folder := t.TempDir()
		must(t, unix.Mount("tmpfs", folder, "tmpfs", 0, "mode=0700,"+size))
		t.Cleanup(func() { _ = unix.Unmount(folder, unix.MNT_DETACH) })
		return folder, true
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), mark+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	out, err := cmd.CombinedOutput()
	if _, ran := err.(*exec.ExitError); err != nil && !ran {
		t.Skipf("NOT TESTED: no namespaces on this machine, so no small disk: %v", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
	return "", false
}

// A real disk with room for less and less of the new config.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	folder, ours := small(t, "size=512k")
	if !ours {
		return
	}
	big := Config{File: "a", Version: "2", Saved: newer.Saved, Contents: map[string][]byte{
		"a": []byte("a"), "m1": bytes.Repeat([]byte("1"), 100_000), "m2": bytes.Repeat([]byte("2"), 100_000), "m3": module}}
	free := func() uint64 {
		var s unix.Statfs_t
		must(t, unix.Statfs(folder, &s))
		return s.Bfree
	}
	d := take(t, filepath.Join(folder, "state"))
	filler := filepath.Join(folder, "filler")
	failed, saved := 0, 0
	for room := uint64(0); saved < 3; room += 3 {
		must(t, d.Save(older), os.WriteFile(filler, nil, 0o600))
		write(t, filler, make([]byte, (free()-room)*4096))
		before := free()
		err := d.Save(big)
		if err == nil {
			saved++
			holds(t, d, big)
		} else {
			failed++
			if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), d.path+": ") ||
				!strings.HasSuffix(err.Error(), ": no space left on device") {
				t.Errorf("room for %d blocks: %v", room, err)
			}
			if after := free(); after < before {
				t.Errorf("room for %d blocks, and the failed save left room for %d", before, after)
			}
			must(t, d.Close())
			d = take(t, d.path) // a restart on the full disk
			holds(t, d, older)
		}
		must(t, os.Remove(filler))
	}
	if failed < 5 {
		t.Errorf("only %d saves failed", failed)
	}
}

// The kernel makes a disk read-only that has errors.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	folder, ours := small(t, "size=512k")
	if !ours {
		return
	}
	d := take(t, filepath.Join(folder, "state"))
	must(t, d.Save(older), d.lock.Sync())
	must(t, d.Close()) // a remount needs that nobody has a file open for writing
	must(t, unix.Mount("", folder, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""))
	d = take(t, d.path)
	holds(t, d, older)
	err := d.Save(newer)
	if !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), d.path) {
		t.Errorf("saved: %v", err)
	}
	holds(t, d, older)
	if _, err := Open(d.path); err == nil || !strings.Contains(err.Error(), "is in use by another server") {
		t.Errorf("opened twice: %v", err)
	}
	for path, want := range map[string]string{folder: "open livefilter-lock: read-only file system", folder + "/new": "read-only file system"} {
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), path+": "+want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	must(t, unix.Mount("", folder, "", unix.MS_REMOUNT, ""), d.Save(newer))
	holds(t, d, newer)
}

// A user that may not write, or not even read, is told so.
func TestNotPermitted(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	must(t, os.Chmod(filepath.Dir(parent), 0o755), os.Chmod(parent, 0o755))
	folder := filepath.Join(parent, "state")
	d := take(t, folder)
	must(t, d.Save(older), d.Close(), os.Mkdir(folder+"2", 0o555))
	must(t, os.Chmod(folder, 0o555), os.Chmod(filepath.Join(folder, lockName), 0o444))
	defer func() { must(t, os.Chmod(folder, 0o700)) }()
	done := make(chan bool)
	go func() {
		defer close(done)
		if os.Geteuid() == 0 {
			runtime.LockOSThread() // and the thread ends with the goroutine
			_, _, _ = unix.RawSyscall(unix.SYS_SETFSUID, 65534, 0, 0)
		}
		for path, want := range map[string]string{folder + "2": "open livefilter-lock: permission denied", folder + "2/x": "permission denied"} {
			if _, err := Open(path); err == nil || err.Error() != "state folder "+path+": "+want {
				t.Errorf("%s: %v", path, err)
			}
		}
		d, err := Open(folder) // the lock can be read
		if err != nil {
			t.Error(err)
			return
		}
		defer d.Close()
		err = d.Save(newer)
		if !errors.Is(err, syscall.EACCES) || !strings.Contains(err.Error(), folder+": create livefilter-new: permission denied") {
			t.Errorf("saved: %v", err)
		}
		if c, err := d.Load(); os.Geteuid() == 0 && (c != nil || err == nil || !strings.Contains(err.Error(), prefix+"0000000001 permission denied")) {
			t.Errorf("%+v, %v", c, err)
		}
	}()
	<-done
}

// A child that is being forked still has a copy of the lock's descriptor.
func TestCloseWhileForking(t *testing.T) {
	t.Parallel()
	d := take(t, t.TempDir())
	must(t, d.Save(older))
	copied, err := unix.Dup(int(d.lock.Fd()))
	must(t, err, d.Close())
	defer unix.Close(copied)
	holds(t, take(t, d.path), older)
}

package watch

import (
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func ask(t *testing.T, path string) writers {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	l := newLease(file)
	defer l.release()
	return l.writers
}

// Only eventually is nobody writing: a child that another test forks has our files open until
// its exec.
func TestWriters(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "x")
	for _, c := range []struct {
		name string
		flag int
		want writers
	}{
		{"reader", os.O_RDONLY, none},
		{"writer", os.O_WRONLY, some},
		{"reader and writer", os.O_RDWR, some},
		{"appender", os.O_WRONLY | os.O_APPEND, some},
	} {
		file, err := os.OpenFile(path, c.flag, 0)
		must(t, err)
		eventually(t, c.name, func() bool { return ask(t, path) == c.want })
		must(t, file.Close())
		eventually(t, c.name+" is gone", func() bool { return ask(t, path) == none })
	}
	if got := ask(t, "/proc/self/status"); got != unknown {
		t.Errorf("a filesystem that is not local: %v", got)
	}
}

// A mapping keeps a file open for writing after its descriptor is closed.
func TestWriterByMapping(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "x")
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	m, err := unix.Mmap(int(file.Fd()), 0, 1, unix.PROT_WRITE, unix.MAP_SHARED)
	must(t, err, file.Close())
	if got := ask(t, path); got != some {
		t.Errorf("mapped: %v", got)
	}
	must(t, unix.Munmap(m))
	eventually(t, "the mapping is gone", func() bool { return ask(t, path) == none })
}

// Whoever wants to write waits for the lease, so we let go of it. The SIGIO that says so is
// survived.
func TestWriterBreaksLease(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	eventually(t, "nobody writes", func() bool { return ask(t, path) == none })
	l := newLease(file)
	if l.broken() || l.writers != none {
		t.Fatal("no lease")
	}
	_, err = os.OpenFile(path, os.O_WRONLY|unix.O_NONBLOCK, 0)
	if err == nil || !l.broken() { // who cannot wait breaks it as well
		t.Errorf("O_NONBLOCK: %v", err)
	}
	if _, err := l.read(5, 5); err != errBroken {
		t.Errorf("read: %v", err)
	}
	done := make(chan error)
	go func() { done <- os.WriteFile(path, []byte("other"), 0o644) }()
	select {
	case <-done:
		t.Error("written under the lease")
	case <-time.After(50 * time.Millisecond):
	}
	l.release()
	select {
	case err := <-done:
		must(t, err)
	case <-time.After(deadline): // the kernel would let the writer in after 45 s
		t.Error("not written after the release")
	}
}

// Without the right to it there is no lease: a file of somebody else, no CAP_LEASE.
func TestNoRightToLease(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "x")
	if os.Geteuid() != 0 {
		t.Skip("NOT TESTED: needs root")
	}
	must(t, os.Chown(path, 65534, 65534))
	got := make(chan writers)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var caps [2]unix.CapUserData
		err := unix.Capget(&header, &caps[0])
		caps[0].Effective &^= 1 << unix.CAP_LEASE
		if err == nil {
			err = unix.Capset(&header, &caps[0])
		}
		if err != nil {
			t.Error(err)
		}
		got <- ask(t, path)
	}()
	if w := <-got; w != unknown {
		t.Errorf("a stranger's file: %v", w)
	}
}

package lastgood

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A disk that is full: the error says so, and what was kept before is still there.
func TestFullDisk(t *testing.T) {
	path := t.TempDir()
	if err := unix.Mount("tmpfs", path, "tmpfs", 0, "size=256k"); err != nil {
		if os.Geteuid() == 0 && err != unix.EPERM {
			t.Fatal(err)
		}
		t.Skipf("NOT TESTED: mounting a small disk needs root: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(path, unix.MNT_DETACH) })
	d := open(t, path)
	save(t, d, first)
	large := first
	large.Contents = map[string][]byte{"a.yaml": bytes.Repeat([]byte("x"), 1<<20)}
	if err := d.Save(large); err == nil || !strings.Contains(err.Error(), "no space left") || !strings.Contains(err.Error(), path) {
		t.Errorf("on a full disk: %v", err)
	}
	mustLoad(t, d, &first)
	save(t, d, first)
}

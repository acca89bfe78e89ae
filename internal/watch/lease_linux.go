package watch

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// local are the filesystems where every writer goes through this kernel, and where a lease
// was seen to tell (Linux 6.18). Elsewhere it may be granted with writers on another machine
// (FUSE, and with it Docker Desktop's shared folders), or refused without any (NFS, CIFS).
var local = map[uint32]bool{
	unix.BTRFS_SUPER_MAGIC:     true,
	unix.EXT4_SUPER_MAGIC:      true,
	unix.OVERLAYFS_SUPER_MAGIC: true,
	unix.TMPFS_MAGIC:           true,
	unix.XFS_SUPER_MAGIC:       true,
}

// newLease takes a read lease, see fcntl(2). Who opens the file for writing meanwhile waits
// until it is released, at most /proc/sys/fs/lease-break-time seconds, and we are sent a
// SIGIO, which Go ignores unless somebody asked for it.
func newLease(file *os.File) lease {
	var fs unix.Statfs_t
	if err := unix.Fstatfs(int(file.Fd()), &fs); err != nil || !local[uint32(fs.Type)] {
		return lease{file, unknown}
	}
	switch _, err := unix.FcntlInt(file.Fd(), unix.F_SETLEASE, unix.F_RDLCK); {
	case err == nil:
		return lease{file, none}
	case errors.Is(err, unix.EAGAIN):
		return lease{file, some}
	default: // EACCES: neither owner nor CAP_LEASE; EINVAL: no leases here (gVisor)
		return lease{file, unknown}
	}
}

// broken says whether a writer waits for the release, or did and waited long enough.
func (l lease) broken() bool {
	if l.writers != none {
		return false
	}
	kind, err := unix.FcntlInt(l.file.Fd(), unix.F_GETLEASE, 0)
	return err != nil || kind != unix.F_RDLCK
}

// release lets writers in. Closing would do, but not while a child that is being forked
// still has a copy of the descriptor.
func (l lease) release() {
	if l.writers == none {
		_, _ = unix.FcntlInt(l.file.Fd(), unix.F_SETLEASE, unix.F_UNLCK)
	}
}

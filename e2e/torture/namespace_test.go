//go:build torture

package torture

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// namespace is a network of its own: two Envoys that follow one config listen on one port.
type namespace struct{ fd int }

// newNamespace makes one whose loopback interface is up.
func newNamespace() (n namespace, err error) {
	n.fd = -1
	err = onThread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("a network namespace: %w", err)
		}
		if n.fd, err = thisNetwork(); err != nil {
			return err
		}
		return loopbackUp()
	})
	return n, err
}

// in runs f in the namespace. What f opens or starts stays there.
func (n namespace) in(f func() error) error {
	return onThread(func() error {
		if err := unix.Setns(n.fd, unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("enter a network namespace: %w", err)
		}
		return f()
	})
}

func (n namespace) listen(address string) (lis net.Listener, err error) {
	err = n.in(func() (err error) {
		lis, err = net.Listen("tcp", address)
		return err
	})
	return lis, err
}

func (n namespace) dial(ctx context.Context, address string) (conn net.Conn, err error) {
	err = n.in(func() (err error) {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
		return err
	})
	return conn, err
}

// onThread runs f on a thread of its own and gives that its network back.
func onThread(f func() error) error {
	runtime.LockOSThread()
	before, err := thisNetwork()
	if err != nil {
		return err
	}
	defer unix.Close(before)
	err = f()
	if back := unix.Setns(before, unix.CLONE_NEWNET); back != nil {
		return back // the thread stays locked, and ends with its goroutine
	}
	runtime.UnlockOSThread()
	return err
}

func thisNetwork() (int, error) {
	return unix.Open(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()), unix.O_RDONLY|unix.O_CLOEXEC, 0)
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	return os.NewSyscallError("bring the loopback up", unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo))
}

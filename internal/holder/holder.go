// Package holder finds which process of this machine listens on a port.
package holder

import (
	"net/netip"
	"strconv"
)

// Process listens on a port. PID is 0 where the process cannot be seen: it is another user's, or in another
// container.
type Process struct {
	PID  int
	Name string // of its program, cut to 15 bytes by the kernel
	UID  int
}

// String is the end of "in use by".
func (p Process) String() string {
	if p.PID == 0 {
		return "a process of user " + strconv.Itoa(p.UID) + " that cannot be seen from here"
	}
	return p.Name + " (process " + strconv.Itoa(p.PID) + ")"
}

// listener is a socket that listens.
type listener struct {
	address netip.AddrPort
	uid     int
	inode   string
}

// bars says whether l keeps others from listening on address, which is everywhere where it names no host.
func (l listener) bars(address netip.AddrPort) bool {
	a, b := l.address.Addr().Unmap(), address.Addr().Unmap()
	return l.address.Port() == address.Port() && (a == b || a.IsUnspecified() || b.IsUnspecified() || !b.IsValid())
}

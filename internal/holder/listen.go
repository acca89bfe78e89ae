package holder

import (
	"context"
	"errors"
	"net"
	"syscall"
)

// InUse is why nobody else can listen on a port.
type InUse struct {
	By   Process
	Seen bool // By is known
}

func (e *InUse) Error() string {
	if !e.Seen {
		return "the port is in use"
	}
	return "the port is in use by " + e.By.String()
}

// ErrElsewhere is why an address cannot be listened on that is not of this machine.
var ErrElsewhere = errors.New("no interface of this machine has that address")

var errPrivileged = errors.New("this user may not listen there: ports below 1024 need CAP_NET_BIND_SERVICE")

// Listen is net.Listen with errors that say what to do: an *InUse, ErrElsewhere and others.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	lis, err := lc.Listen(ctx, "tcp", address)
	var op *net.OpError
	switch {
	case err == nil:
		return lis, nil
	case errors.Is(err, syscall.EADDRINUSE):
		e := &InUse{}
		if tcp, err := net.ResolveTCPAddr("tcp", address); err == nil {
			e.By, e.Seen = Of(tcp.AddrPort())
		}
		return nil, e
	case errors.Is(err, syscall.EACCES):
		return nil, errPrivileged
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, ErrElsewhere
	case errors.As(err, &op):
		return nil, op.Err
	}
	return nil, err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/livefilter/livefilter/internal/holder"
)

// listenOn binds address, which flag names.
func listenOn(ctx context.Context, flag, address string) (net.Listener, error) {
	var lc net.ListenConfig
	lis, err := lc.Listen(ctx, "tcp", address)
	var op *net.OpError
	switch {
	case err == nil:
		return lis, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s %s: the port is in use%s: end that process, or take another port", flag, address, by(address))
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("%s %s: this user may not listen there: ports below 1024 need CAP_NET_BIND_SERVICE", flag, address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("%s %s: no interface of this machine has that address", flag, address)
	case errors.As(err, &op):
		err = op.Err
	}
	return nil, fmt.Errorf("%s %s: %w", flag, address, err)
}

// by says who has the port of address, where that can be seen.
func by(address string) string {
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return ""
	}
	if p, ok := holder.Of(tcp.AddrPort()); ok {
		return " by " + p.String()
	}
	return ""
}

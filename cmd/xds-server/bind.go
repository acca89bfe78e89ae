package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/livefilter/livefilter/internal/holder"
)

// listenOn binds address, which flag names.
func listenOn(ctx context.Context, flag, address string) (net.Listener, error) {
	lis, err := holder.Listen(ctx, address)
	var taken *holder.InUse
	switch {
	case errors.As(err, &taken):
		return nil, fmt.Errorf("%s %s: %w: end that process, or take another port", flag, address, err)
	case err != nil:
		return nil, fmt.Errorf("%s %s: %w", flag, address, err)
	}
	return lis, nil
}

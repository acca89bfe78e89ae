package prepare

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/livefilter/livefilter/internal/config"
)

// lookupTime bounds the question to DNS; an edit waits for it only where it names a new host.
const lookupTime = time.Second

// LookupFunc asks DNS, as net.Resolver.LookupHost does.
type LookupFunc = func(ctx context.Context, host string) ([]string, error)

// Resolve looks up the hosts of c that old does not have.
//
// A host that does not exist would take the place of one that works: Envoy swaps to the new
// cluster whether it has addresses or not. So an edit to such a host is an error. At the
// start, where old is nil, it is a warning: Envoys may run with the very same config, and
// an upstream that lost its name is no reason for the server not to start. The same holds
// where DNS does not answer, which says nothing about the host.
func Resolve(ctx context.Context, lookup LookupFunc, c, old *config.Config) (warnings []string, err error) {
	known := map[string]bool{}
	if old != nil {
		for _, u := range old.Upstreams {
			known[u.Host] = true
		}
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	var unknown config.Errors
	for i, u := range c.Upstreams {
		if known[u.Host] {
			continue
		}
		_, err := lookup(ctx, u.Host)
		if err == nil {
			continue
		}
		path := fmt.Sprintf("upstreams[%d].host", i)
		var answer *net.DNSError
		if old != nil && errors.As(err, &answer) && answer.IsNotFound {
			unknown = append(unknown, config.Error{
				Position: c.Position(path), Path: path, Message: fmt.Sprintf("DNS knows no host %s", u.Host),
			})
			continue
		}
		warnings = append(warnings, fmt.Sprintf("%s: %s: this machine cannot resolve %s: %v", c.Position(path), path, u.Host, err))
	}
	if unknown != nil {
		return warnings, unknown
	}
	return warnings, nil
}

package prepare

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/livefilter/livefilter/internal/config"
)

// lookupTime bounds the question to DNS; an edit waits for it only where it names a new host.
const lookupTime = time.Second

// LookupFunc asks DNS, as net.Resolver.LookupHost does.
type LookupFunc = func(ctx context.Context, host string) ([]string, error)

// Hosts are the hosts of c's upstreams.
func Hosts(c *config.Config) map[string]bool {
	hosts := map[string]bool{}
	for _, u := range c.Upstreams {
		hosts[u.Host] = true
	}
	return hosts
}

// Resolve looks up the hosts of c that are not served. served is nil where that is not known,
// as at the start of a server.
//
// A host that does not exist would take the place of one that works: Envoy swaps to the new
// cluster whether it has addresses or not. So an edit to such a host is an error: Transient,
// since DNS may know the host later. Where served is nil it is a warning: Envoys may run with
// the very same config, and an upstream that lost its name is no reason for the server not to
// start. The same holds where DNS does not answer, which says nothing about the host.
func Resolve(ctx context.Context, lookup LookupFunc, c *config.Config, served map[string]bool) (warnings []string, err error) {
	failed := lookUp(ctx, lookup, c, served)
	var unknown config.Errors
	for i, u := range c.Upstreams {
		err := failed[u.Host]
		if err == nil {
			continue
		}
		path := fmt.Sprintf("upstreams[%d].host", i)
		var answer *net.DNSError
		notFound := errors.As(err, &answer) && answer.IsNotFound
		if notFound && served != nil {
			unknown = append(unknown, config.Error{
				Position: c.Position(path), Path: path, Message: fmt.Sprintf("DNS knows no host %s", u.Host),
			})
			continue
		}
		if notFound {
			err = errors.New(answer.Err) // without who said so: that is the system's business
		}
		warnings = append(warnings, fmt.Sprintf("%s: %s: this machine cannot resolve %s: %v", c.Position(path), path, u.Host, err))
	}
	if unknown != nil {
		return warnings, Transient{unknown}
	}
	return warnings, nil
}

// lookUp asks for all hosts of c that are not served at once, so that one that stays silent
// does not use up the time of the others, and returns the errors by host.
func lookUp(ctx context.Context, lookup LookupFunc, c *config.Config, served map[string]bool) map[string]error {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	var (
		mu      sync.Mutex
		failed  = map[string]error{}
		answers sync.WaitGroup
	)
	for host := range Hosts(c) {
		if served[host] {
			continue
		}
		answers.Go(func() {
			if _, err := lookup(ctx, host); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed[host] = err
			}
		})
	}
	answers.Wait()
	return failed
}

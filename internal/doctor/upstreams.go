package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/livefilter/livefilter/internal/config"
)

// patience bounds what an upstream is waited for, whatever its connect_timeout is; atOnce how many are asked together.
const (
	patience = 5 * time.Second
	atOnce   = 16
)

// Network is how upstreams are reached: as by this machine, which may not be as by the Envoys' own.
type Network struct {
	Lookup func(ctx context.Context, host string) ([]string, error)
	Dial   func(ctx context.Context, network, address string) (net.Conn, error)
}

// Upstreams is about the upstreams of c, in its order: DNS, a connection, and the certificate.
func (n Network) Upstreams(ctx context.Context, c *config.Config) []Finding {
	each := make([][]Finding, len(c.Upstreams))
	var asked sync.WaitGroup
	room := make(chan struct{}, atOnce)
	for i, u := range c.Upstreams {
		asked.Go(func() {
			room <- struct{}{}
			each[i] = n.upstream(ctx, u, fmt.Sprintf("upstreams[%d]", i))
			<-room
		})
	}
	asked.Wait()
	var all []Finding
	for _, findings := range each {
		all = append(all, findings...)
	}
	return all
}

// upstream asks for one, which stands at path.
func (n Network) upstream(ctx context.Context, u config.Upstream, path string) []Finding {
	about := "upstream " + u.Name
	ctx, cancel := context.WithTimeout(ctx, min(u.ConnectTimeout, patience))
	defer cancel()
	addresses, err := n.Lookup(ctx, u.Host)
	if err != nil {
		var answer *net.DNSError
		if errors.As(err, &answer) && answer.IsNotFound {
			return []Finding{fault(about, path+".host", "DNS knows no host %s: its requests get 503", u.Host)}
		}
		return []Finding{fault(about, "this machine's DNS", "DNS does not answer for %s", u.Host)}
	}
	target := net.JoinHostPort(u.Host, strconv.Itoa(int(u.Port)))
	begun := time.Now()
	conn, err := n.Dial(ctx, "tcp", target)
	if err != nil {
		return []Finding{fault(about, path+".host or .port, or a firewall", "%s (%s) cannot be reached from this machine: %s", target, strings.Join(addresses, ", "), dialWords(err))}
	}
	defer func() { _ = conn.Close() }()
	reached := fmt.Sprintf("%s is reached in %s", target, time.Since(begun).Round(100*time.Microsecond))
	if u.TLS == nil {
		return []Finding{ok(about, "%s, in plaintext", reached)}
	}
	findings, with := handshake(ctx, conn, u, path)
	for _, f := range findings {
		if f.Level == Error {
			return findings
		}
	}
	return append([]Finding{ok(about, "%s, %s", reached, with)}, findings...)
}

// dialWords are for errors of the system.
func dialWords(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens there"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no way to it"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	return err.Error()
}

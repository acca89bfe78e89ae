package page

import (
	"net"
	"slices"
	"strconv"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/xds"
)

// upstream is one of the config, and what became of its requests in the last minute.
type upstream struct {
	Name, Address, TLS, Takes string
	Requests, Failed          uint64
}

func upstreamsOf(c *config.Config, nodes []xds.Node) (all []upstream) {
	for i, u := range c.Upstreams {
		up := upstream{Name: u.Name, Address: net.JoinHostPort(u.Host, strconv.Itoa(int(u.Port))), TLS: "plaintext", Takes: takes(c, i)}
		if u.TLS != nil {
			up.TLS = "TLS"
			if u.TLS.Client != nil {
				up.TLS = "mTLS"
			}
		}
		for _, n := range nodes {
			if n.Traffic != nil && n.Left.IsZero() {
				up.Requests += n.Traffic.Upstreams[u.Name]["upstream_rq_completed"]
				up.Failed += n.Traffic.Upstreams[u.Name]["upstream_rq_5xx"]
			}
		}
		all = append(all, up)
	}
	return all
}

// takes says which requests go to an upstream.
func takes(c *config.Config, i int) string {
	if m := c.Upstreams[i].Match; m != nil {
		return m.String()
	}
	for _, f := range c.Filters {
		if f.Balance != nil && f.Match == nil {
			if slices.Contains(f.Balance.Upstreams, c.Upstreams[i].Name) {
				return "what " + f.Name + " sends there"
			}
			return "what filters call"
		}
	}
	if slices.ContainsFunc(c.Upstreams[:i], func(before config.Upstream) bool { return before.Match == nil }) {
		return "what filters send there"
	}
	return "all requests"
}

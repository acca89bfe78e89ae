package main

import (
	"time"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/decimal"
	"github.com/livefilter/livefilter/filter/internal/host"
	"github.com/livefilter/livefilter/filter/internal/pool"
)

// judge puts the values that the request carried out of their pools, where the response asks for it, and back in where
// it shows that they are good again.
func (c *httpContext) judge(status int) {
	r := c.rules
	for i := range r.pools {
		evict, choice := r.pools[i].Rule.Evict, c.chosen[i]
		if evict == nil {
			continue
		}
		bad := evict.Statuses.Has(status)
		if !bad && !choice.OnTrial() {
			continue
		}
		switch blame := host.Blamed(); {
		case bad && blame != host.Nobody:
			r.pools[i].PutOut(choice.Value(), r.moment.Now(), int64(r.wait(evict)))
		case !choice.OnTrial():
		case !bad && blame == host.Upstream:
			r.pools[i].Pass(choice.Value())
		default:
			r.pools[i].Release(choice.Value(), c.began)
		}
	}
}

// shortest is the least that a Retry-After puts a value out for: 0 and a moment that is over say nothing of the next
// request, which would be refused as this one was.
const shortest = time.Second

// wait returns for how long the response at hand evicts.
func (r *ruleset) wait(evict *config.Eviction) time.Duration {
	if evict.RetryAfter {
		if seconds, ok := host.RetryAfter(r.clocks.Wall); ok {
			return min(max(time.Duration(min(seconds, 1e9))*time.Second, min(shortest, evict.For)), evict.Max)
		}
	}
	return evict.For
}

// balanceHeader is what a rule that chooses the upstream sets (config.UpstreamHeader of the server).
const balanceHeader = "x-livefilter-upstream"

// reject answers the request, since a pool has no value for it: with the time at which one is back.
func (c *httpContext) reject(p *pool.Pool) {
	c.release()
	clear(c.chosen[:])
	who := "all values of " + p.Rule.Name
	if p.Rule.Name == balanceHeader {
		who = "all upstreams"
	}
	wait := time.Duration(p.Back()-c.rules.moment.Now()) + time.Second - 1
	host.Reply(503, [][2]string{{"retry-after", decimal.String(int(wait / time.Second))}},
		"livefilter_all_out", who+" are out\n")
}

package main

import (
	"time"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/decimal"
	"github.com/livefilter/livefilter/filter/internal/host"
	"github.com/livefilter/livefilter/filter/internal/pool"
)

// answer is a response, as far as it is there.
type answer struct {
	part   host.Part
	status int // 0 in the trailers
	code   int // of gRPC; -1 for none in this part
	end    bool
}

// judge puts the values that the request carried out of their pools, where the response asks for it, and back in where
// it shows that they are good again.
func (c *httpContext) judge(a answer) {
	r := c.rules
	for i := range r.pools {
		p := &r.pools[i]
		evict := p.Rule.Evict
		if evict == nil || a.part == host.Trailers && c.waits>>i&1 == 0 {
			continue
		}
		if p.Rule.TriesNext && a.part != host.Trailers {
			c.chosen[i] = r.triedNext(p, c.chosen[i])
		}
		choice := c.chosen[i]
		verdict := a.of(evict)
		if verdict == fine && evict.GRPC != 0 && a.code < 0 && !a.end && host.GRPC() {
			c.waits |= 1 << i
			continue
		}
		if verdict == fine && !choice.OnTrial() && !p.Failing(choice.Value()) {
			continue
		}
		switch blame := host.Blamed(); {
		case verdict != fine && blame != host.Nobody:
			wait := pool.Forever
			if verdict != lost {
				wait = int64(r.wait(a.part, evict))
			}
			r.failed(p, choice, verdict, wait)
		case verdict == fine && blame == host.Upstream:
			p.Succeed(choice.Value())
			if choice.OnTrial() {
				p.Pass(choice.Value())
			}
		case choice.OnTrial():
			p.Release(choice.Value(), c.began)
		}
	}
}

// failed puts a value out for wait, unless it takes more failures than this one.
func (r *ruleset) failed(p *pool.Pool, choice pool.Choice, v verdict, wait int64) {
	if v == failed && !choice.OnTrial() && !p.Fail(choice.Value()) {
		return
	}
	p.PutOut(choice.Value(), r.moment.Now(), wait)
}

// verdict is what an answer says of a value.
type verdict byte

const (
	fine   verdict = iota
	failed         // one of the failures that may have to be several in a row
	spent          // by what the upstream says itself
	lost           // for good
)

func (a *answer) of(evict *config.Eviction) verdict {
	if evict.Forever.Has(a.status) {
		return lost
	}
	for _, h := range evict.Headers {
		if a.part.Get(h.Name) == h.Value {
			return spent
		}
	}
	if evict.Statuses.Has(a.status) || evict.GRPC.Has(a.code) {
		return failed
	}
	return fine
}

// shortest is the least that a wait of 0 puts a value out for: that and a moment that is over say nothing of the next
// request, which would be refused as this one was.
const shortest = time.Second

// wait returns for how long the response at hand evicts.
func (r *ruleset) wait(part host.Part, evict *config.Eviction) time.Duration {
	wait, ok := time.Duration(0), false
	if evict.RetryAfter {
		wait, ok = part.Wait("retry-after", evict.Max, r.clocks.Wall)
	}
	if !ok && evict.ResetHeader != "" {
		wait, ok = part.Wait(evict.ResetHeader, evict.Max, r.clocks.Wall)
	}
	switch {
	case !ok:
		return evict.For
	case wait == 0:
		return min(shortest, evict.For)
	}
	return min(wait, evict.Max)
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

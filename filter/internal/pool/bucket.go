package pool

import "github.com/livefilter/livefilter/filter/internal/host"

// A value with a limit has a bucket of tokens, kept in the shared data as the moment at which it is full again: that of
// a full one is over, and each token taken puts it off by the time in which one comes back. It survives edits.

// take takes a token from a value's bucket; where there is none it returns when there is one.
func (p *Pool) take(value int, now int64) (back int64, ok bool) {
	for range mostSwaps {
		full, back, cas := p.bucket(value, now)
		if back > now {
			return back, false
		}
		if swapNumber(p.buckets[value], full+int64(p.Rule.Limit.Every), cas) {
			return 0, true
		}
	}
	return now + lookAgain, false
}

// bucket returns when a value's bucket is full and when there is a token, which is now or later. Under another limit
// the bucket may have been emptier than it can be under this one: then it is empty.
func (p *Pool) bucket(value int, now int64) (full, back int64, cas uint32) {
	every := int64(p.Rule.Limit.Every)
	holds := p.Rule.Limit.Requests * every
	data, cas := host.SharedData(p.buckets[value])
	if full = max(number(data), now); full > now+holds {
		full = now + holds
		swapNumber(p.buckets[value], full, cas)
	}
	return full, max(now, full+every-holds), cas
}

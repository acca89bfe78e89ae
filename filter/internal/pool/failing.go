package pool

import "github.com/livefilter/livefilter/filter/internal/host"

// How many failures in a row a value had is in the shared data as well: two bytes, none where the latest response was a
// good one. So failures count that different workers saw.

// Fail counts a failure of a value, and says whether it is one too many.
func (p *Pool) Fail(value int) bool {
	if p.failing == nil {
		return true
	}
	for range 100 { // as in PutOut
		data, cas := host.SharedData(p.failing[value])
		count := 1
		if len(data) == 2 {
			count += int(data[0]) | int(data[1])<<8
		}
		many := count >= p.Rule.Evict.After
		data = []byte{byte(count), byte(count >> 8)}
		if many {
			data = nil
		}
		if host.SwapSharedData(p.failing[value], data, cas) {
			return many
		}
	}
	return false
}

// Failing says whether the latest response to a value was a failure that counts.
func (p *Pool) Failing(value int) bool {
	if p.failing == nil {
		return false
	}
	data, _ := host.SharedData(p.failing[value])
	return len(data) > 0
}

// Succeed ends a row of failures.
func (p *Pool) Succeed(value int) {
	if p.failing != nil {
		forget(p.failing[value])
	}
}

package main

import "time"

// rule is one header and the pool of values that it takes its value from.
type rule struct {
	name   string // as Envoy keeps it: lower case
	values []string
	sums   []uint32 // running sums of the weights; nil when all weights are equal
	evict  *eviction
}

// eviction says which responses put a value out of the pool, and for how long.
type eviction struct {
	statuses   []statusRange
	period     time.Duration
	retryAfter bool          // take the response's Retry-After, where it has one, instead of period
	max        time.Duration // bounds what Retry-After may ask for
}

// statusRange is a span of HTTP statuses, both ends included.
type statusRange struct{ from, to int }

// pick returns the index of a value, each as likely as its weight says.
func (r *rule) pick(random *random) int {
	if r.sums == nil {
		return int(random.below(uint32(len(r.values))))
	}
	// The first sum above the point drawn.
	point := random.below(r.sums[len(r.sums)-1])
	low, high := 0, len(r.sums)-1
	for low < high {
		middle := (low + high) / 2
		if r.sums[middle] > point {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

package main

// rule is one header and the pool of values that it takes its value from.
type rule struct {
	name   string // as Envoy keeps it: lower case
	values []string
	sums   []uint32 // running sums of the weights; nil when all weights are equal
	evict  *eviction
}

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

// weight returns how likely a value is, compared with the others.
func (r *rule) weight(i int) uint32 {
	switch {
	case r.sums == nil:
		return 1
	case i == 0:
		return r.sums[0]
	}
	return r.sums[i] - r.sums[i-1]
}

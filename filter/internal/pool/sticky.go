package pool

import (
	"math"
	"math/bits"
)

// sticky is rendezvous hashing (Thaler, Ravishankar: "Using name-based mappings to increase hit rates", 1998): each
// value has a score for each client, and a client gets the value with its highest score that is in. So what is out
// moves its own clients only, and they come back. The scores are of what client and value are, so that all workers and
// all Envoys have the same.
type sticky []uint64 // a hash of each value

// pick returns the client's value among those that are open. A value's score is ln(u)/weight, u being uniform in
// (0, 1) (Schindelhauer, Schomaker: "Weighted distributed hash tables", 2005).
func (s sticky) pick(w *weights, client uint64, until []int64, now int64, tried []Choice) (value int, ok bool) {
	var most uint64
	best := math.Inf(-1)
	for i, hash := range s {
		if !open(i, until, now, tried) {
			continue
		}
		score := mix(client ^ hash)
		if w.sums == nil {
			if !ok || score > most {
				most, value, ok = score, i, true
			}
			continue
		}
		weight := float64(w.of(i))
		if (float64(score)/(1<<64)-1)/weight <= best {
			continue // ln(u) is below u-1
		}
		if weighted := logarithm(score) / weight; weighted > best {
			best, value, ok = weighted, i, true
		}
	}
	return value, ok
}

// logarithm returns ln((n+1)/2^64), in a tenth of the size of math.Log.
func logarithm(n uint64) float64 {
	zeros := bits.LeadingZeros64(n | 1)
	m := float64(n<<zeros|1<<63) / (1 << 63) // in [1, 2]
	z := (m - 1) / (m + 1)
	sum := 0.0
	for k := 21.0; k > 0; k -= 2 { // the series of 2 artanh z, which is ln m
		sum = sum*z*z + 2/k
	}
	return sum*z - float64(zeros+1)*math.Ln2
}

// hashOf is the 64-bit FNV-1a hash of a text.
func hashOf(text string) uint64 {
	hash := uint64(14695981039346656037)
	for i := range len(text) {
		hash = (hash ^ uint64(text[i])) * 1099511628211
	}
	return hash
}

package pool

import "github.com/livefilter/livefilter/filter/internal/host"

// turns give each value its turns, one after the other, whatever worker asks: whose turn it is stands in the shared
// data. A round has as many turns as the weights' sum, and each value has as many of them as its weight, spread over
// the round: turn t is that of the value at point t*stride of the weights, and since the stride has no divisor in
// common with the sum, each point comes once. With equal weights the stride is 1 and the order that of the list.
type turns struct {
	key    string // of the next turn in the shared data
	stride uint32
}

// mostTurns are looked at for a value that is in. The values that are in have less than a thousandth of the weight when
// none is among them.
const mostTurns = 1 << 12

// mostSwaps bounds how often a swap is tried that fails each time since another worker's has not.
const mostSwaps = 1000

func newTurns(key string, w *weights) turns {
	t := turns{key, 1}
	if w.sums == nil {
		return t
	}
	total := w.total()
	for t.stride = total*5/8 | 1; gcd(t.stride, total) != 1; t.stride++ { // near the golden section: the most even
	}
	return t
}

// next takes the next turn of a value that is open. Turns of others are passed over.
func (t *turns) next(w *weights, until []int64, now int64, tried []Choice) (value int, ok bool) {
	total := w.total()
	for range mostSwaps {
		data, cas := host.SharedData(t.key)
		turn := uint64(number(data)) % uint64(total)
		left := min(total, mostTurns)
		for ; left > 0; left-- {
			value = w.at(uint32(turn * uint64(t.stride) % uint64(total)))
			turn++
			if open(value, until, now, tried) {
				break
			}
		}
		if left == 0 {
			return 0, false
		}
		if swapNumber(t.key, int64(turn), cas) {
			return value, true
		}
	}
	return 0, false
}

func gcd(a, b uint32) uint32 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

package pool

import (
	"strconv"
	"testing"
)

// BenchmarkSticky is what a choice of a thousand values takes, natively.
func BenchmarkSticky(b *testing.B) {
	for name, weights := range map[string][]uint32{"equal": nil, "weighted": make([]uint32, 1000)} {
		var s sticky
		for i := range 1000 {
			s = append(s, hashOf(strconv.Itoa(i)))
			if weights != nil {
				weights[i] = uint32(i + 1)
			}
		}
		w := newWeights(len(s), weights)
		b.Run(name, func(b *testing.B) {
			client := uint64(0)
			for b.Loop() {
				client += 0x9e3779b97f4a7c15
				s.pick(&w, client, nil, 0, nil)
			}
		})
	}
}

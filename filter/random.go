package main

import "math/bits"

// random is a SplitMix64 generator (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014):
// fair enough to balance with, and a few instructions long. It is not for secrets.
type random struct{ state uint64 }

// below returns a number in [0, n); n must not be 0.
func (r *random) below(n uint32) uint32 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	high, _ := bits.Mul32(uint32(z>>32), n)
	return high
}

package pool

import "math/bits"

// Random is a SplitMix64 generator (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): fair
// enough to balance with, and a few instructions long. It is not for secrets. Any state will do.
type Random struct{ State uint64 }

// below returns a number in [0, n); n must not be 0.
func (r *Random) below(n uint32) uint32 {
	r.State += 0x9e3779b97f4a7c15
	high, _ := bits.Mul32(uint32(mix(r.State)>>32), n)
	return high
}

// mix is the generator's output function: each bit of z changes each of the result with probability 1/2.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

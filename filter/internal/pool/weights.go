package pool

// weights draw indices, each as often as its weight says.
type weights struct {
	sums []uint32 // running sums; nil when all weights are the same
	n    int
}

func newWeights(n int, each []uint32) weights {
	w := weights{n: n}
	sum, divisor := uint32(0), uint32(0)
	for _, weight := range each {
		divisor = gcd(weight, divisor)
	}
	for _, weight := range each {
		sum += weight / divisor
		w.sums = append(w.sums, sum)
	}
	return w
}

func (w *weights) pick(random *Random) int {
	if w.sums == nil {
		return int(random.below(uint32(w.n)))
	}
	return w.at(random.below(w.total()))
}

func (w *weights) total() uint32 {
	if w.sums == nil {
		return uint32(w.n)
	}
	return w.sums[w.n-1]
}

// at returns the index at a point below the total: the first whose sum is above it.
func (w *weights) at(point uint32) int {
	if w.sums == nil {
		return int(point)
	}
	low, high := 0, w.n-1
	for low < high {
		middle := (low + high) / 2
		if w.sums[middle] > point {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// pickWhere is pick among the indices whose until is not after now, and which are not among tried. Without until there
// is none that is out.
func (w *weights) pickWhere(random *Random, until []int64, now int64, tried []Choice) (i int, ok bool) {
	total := uint32(0)
	for i := range w.n {
		if open(i, until, now, tried) {
			total += w.of(i)
		}
	}
	if total == 0 {
		return 0, false
	}
	point := random.below(total)
	for i := range w.n {
		if !open(i, until, now, tried) {
			continue
		}
		if point < w.of(i) {
			return i, true
		}
		point -= w.of(i)
	}
	return 0, false
}

func open(i int, until []int64, now int64, tried []Choice) bool {
	return (until == nil || until[i] <= now) && !among(i, tried)
}

// of returns an index's weight.
func (w *weights) of(i int) uint32 {
	switch {
	case w.sums == nil:
		return 1
	case i == 0:
		return w.sums[0]
	}
	return w.sums[i] - w.sums[i-1]
}

package pool

import "testing"

// fits compares counts of draws with weights by Pearson's chi-squared test. The limit is passed by a fair generator in
// all but one of 10^5 tries, and the seeds are fixed, so that the test always says the same.
func fits(t *testing.T, counts []int, weights []uint32) {
	t.Helper()
	limits := map[int]float64{1: 19.5, 2: 23.0, 3: 25.9, 9: 41.3, 199: 295} // by degrees of freedom
	draws, total, values := 0, 0.0, 0
	for i, weight := range weights {
		draws += counts[i]
		total += float64(weight)
		if weight > 0 {
			values++
		} else if counts[i] > 0 {
			t.Errorf("value %d was drawn", i)
		}
	}
	chi := 0.0
	for i, weight := range weights {
		if want := float64(draws) * float64(weight) / total; want > 0 {
			chi += (float64(counts[i]) - want) * (float64(counts[i]) - want) / want
		}
	}
	limit, ok := limits[values-1]
	if !ok {
		t.Fatalf("no limit for %d values", values)
	}
	if chi > limit {
		t.Errorf("chi-squared %.1f, at most %.1f: %v for %v", chi, limit, counts, weights)
	}
}

func TestPick(t *testing.T) {
	many := make([]uint32, 200)
	for i := range many {
		many[i] = 1
	}
	for _, each := range [][]uint32{
		{1, 1}, {3, 1}, {1, 1000}, {1, 2, 3, 4}, {7, 1, 7}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, many,
	} {
		for seed := range uint64(5) {
			random := Random{State: seed}
			w := newWeights(len(each), each)
			counts := make([]int, len(each))
			for range 100_000 {
				counts[w.pick(&random)]++
			}
			fits(t, counts, each)

			w = newWeights(len(each), nil)
			counts = make([]int, len(each))
			for range 100_000 {
				counts[w.pick(&random)]++
			}
			same := make([]uint32, len(each))
			for i := range same {
				same[i] = 1
			}
			fits(t, counts, same)
		}
	}
}

func TestPickWhere(t *testing.T) {
	each := []uint32{5, 1, 100, 2, 3}
	until := []int64{0, 9, 11, 10, 12}
	left := []uint32{5, 1, 0, 2, 0}
	random := Random{State: 1}
	w := newWeights(len(each), each)
	counts := make([]int, len(each))
	for range 100_000 {
		i, ok := w.pickWhere(&random, until, 10, nil)
		if !ok {
			t.Fatal("nothing is left")
		}
		counts[i]++
	}
	fits(t, counts, left)

	for i := range until {
		until[i] = 11
	}
	if i, ok := w.pickWhere(&random, until, 10, nil); ok {
		t.Errorf("%d was drawn of none", i)
	}
}

// TestGeneratorsDiffer: two workers must not march in step, whatever they are seeded with.
func TestGeneratorsDiffer(t *testing.T) {
	one, two := Random{State: 1}, Random{State: 2}
	same := 0
	for range 1000 {
		if one.below(1000) == two.below(1000) {
			same++
		}
	}
	if same > 10 {
		t.Errorf("%d of 1000 draws are the same", same)
	}
}

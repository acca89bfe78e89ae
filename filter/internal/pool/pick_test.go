package pool

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/livefilter/livefilter/filter/internal/config"
)

func picking(way config.Way, weights []uint32, values ...string) *config.Rule {
	return &config.Rule{Name: "x-key", Values: values, Weights: weights, Pick: config.Pick{Way: way}}
}

// TestRoundRobin: whichever workers ask, each round has each value as often as its weight, and with equal weights in
// the list's order.
func TestRoundRobin(t *testing.T) {
	for _, weights := range [][]uint32{nil, {3, 1, 1, 1}, {1000, 999, 1, 1000}, {6, 2, 4, 4}, {1, 1, 1, 2}} {
		t.Run(fmt.Sprint(weights), func(t *testing.T) {
			emulate(t)
			now := int64(1e9)
			rule := picking(config.RoundRobin, weights, "a", "b", "c", "d")
			one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
			want, round := []int{1, 1, 1, 1}, 4
			if weights != nil {
				divisor := uint32(0)
				for _, w := range weights {
					divisor = gcd(w, divisor)
				}
				round = 0
				for i, w := range weights {
					want[i] = int(w / divisor)
					round += want[i]
				}
			}
			for range 3 {
				got := make([]int, 4)
				var order []int
				for i := range round {
					value := []*worker{one, two}[i*i%3%2].choose()
					got[value]++
					order = append(order, value)
				}
				if !slices.Equal(got, want) {
					t.Errorf("a round has each %v times, want %v", got, want)
				}
				if weights == nil && !slices.Equal(order, []int{0, 1, 2, 3}) {
					t.Errorf("the order is %v", order)
				}
				if weights != nil && weights[0] == 3 && slices.Equal(order[:3], []int{0, 0, 0}) {
					t.Errorf("the heavy one has all its turns at once: %v", order)
				}
			}
		})
	}
}

// TestRoundRobinBetweenOthers: a turn that another worker takes between what is read and what is written is its alone.
func TestRoundRobinBetweenOthers(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := picking(config.RoundRobin, nil, "a", "b", "c")
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	for range 30 { // the first time nobody has had a turn
		var between2 int
		between(t, func() { between2 = two.choose() })
		got := []int{one.choose(), between2, one.choose()}
		if slices.Sort(got); !slices.Equal(got, []int{0, 1, 2}) {
			t.Fatalf("a round is %v", got)
		}
	}
}

// TestRoundRobinAround what is out, and back.
func TestRoundRobinAround(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := picking(config.RoundRobin, nil, "a", "b", "c")
	rule.Evict = evicting().Evict
	workers := []*worker{newWorker(rule, &now, 1), newWorker(rule, &now, 2)}
	count := func(n int) []int {
		got := make([]int, 3)
		for i := range n {
			got[workers[i%2].choose()]++
		}
		return got
	}
	if got := count(300); !slices.Equal(got, []int{100, 100, 100}) {
		t.Error(got)
	}
	workers[0].PutOut(1, now, minute)
	if got := count(300); got[1] != 0 || got[0] < 149 || got[0] > 151 { // the rounds before were even
		t.Error(got)
	}
	now += minute
	count(4)
	now += lookAgain
	if got := count(300); got[1] < 98 {
		t.Error(got)
	}
	workers[0].tried = []Choice{1, 2}
	if got := workers[0].choose(); got != 2 {
		t.Errorf("%d, which was tried", got)
	}
}

// TestInOrder takes the first that is in: what is out is replaced by what follows it, and takes its place again after a
// trial by one request.
func TestInOrder(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := picking(config.InOrder, nil, "a", "b", "c")
	rule.Evict = evicting().Evict
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	one.expect(t, 0)
	two.PutOut(0, now, minute)
	one.expect(t, 1)
	one.PutOut(1, now, 2*minute)
	two.expect(t, 2)
	two.tried = []Choice{3}
	two.expect(t, 2)
	two.tried = nil
	now += minute
	trial := one.begin()
	if trial.Value() != 0 || !trial.OnTrial() {
		t.Errorf("%d, on trial %t", trial.Value(), trial.OnTrial())
	}
	two.expect(t, 2) // as long as that is under way
	one.expect(t, 2)
	one.Pass(0)
	now += lookAgain
	one.expect(t, 0)
	two.expect(t, 0)
	one.tried = []Choice{1}
	one.expect(t, 2) // 1 is out still
}

// TestSticky: a client has the same value with each worker, clients have values by weight, and what is out moves its own
// clients only, which come back.
func TestSticky(t *testing.T) {
	for _, weights := range [][]uint32{{1, 1, 1, 1}, {1, 2, 3, 4}, {1000, 1000, 1000, 10}} {
		t.Run(fmt.Sprint(weights), func(t *testing.T) {
			rule := picking(config.Sticky, weights, "a", "b", "c", "d")
			if weights[0] == weights[1] && weights[0] == weights[3] {
				rule.Weights = nil
			}
			w := newWeights(4, rule.Weights)
			s := sticky{hashOf("a"), hashOf("b"), hashOf("c"), hashOf("d")}
			const clients = 100_000
			before, counts := make([]int, clients), make([]int, 4)
			for i := range clients {
				before[i], _ = s.pick(&w, hashOf(fmt.Sprint("user-", i)), nil, 0, nil)
				counts[before[i]]++
			}
			fits(t, counts, weights)
			out := []int64{0, 100, 0, 0}
			counts = make([]int, 4)
			for i, was := range before {
				client := hashOf(fmt.Sprint("user-", i))
				now, _ := s.pick(&w, client, out, 0, nil)
				if was != 1 && now != was {
					t.Fatalf("client %d moves from %d to %d, which was in", i, was, now)
				}
				if was == 1 {
					counts[now]++
				}
				if again, _ := s.pick(&w, client, out, 100, nil); again != was {
					t.Fatalf("client %d does not come back to %d", i, was)
				}
				if other, _ := s.pick(&w, client, nil, 0, []Choice{Choice(was + 1)}); other == was {
					t.Fatalf("client %d has tried %d", i, was)
				}
			}
			fits(t, counts, []uint32{weights[0], 0, weights[2], weights[3]})
			if _, ok := s.pick(&w, 1, []int64{1, 1, 1, 1}, 0, nil); ok {
				t.Error("none is in")
			}
		})
	}
}

func TestLogarithm(t *testing.T) {
	for _, n := range []uint64{1, 2, 3, 1000, 1 << 31, 1<<32 + 12345, 1 << 62, 1<<63 - 1, 1 << 63, 1<<64 - 1<<12} {
		got, want := logarithm(n), math.Log(float64(n)/(1<<64))
		if math.Abs(got-want) > 1e-9*math.Abs(want)+1e-10 {
			t.Errorf("%d: %v, want %v", n, got, want)
		}
	}
	if got := logarithm(0); math.IsInf(got, 0) || got > -44 {
		t.Error(got)
	}
}

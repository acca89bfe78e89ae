package pool

import (
	"strconv"
	"testing"
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/proxytest"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/host"
)

// worker is one worker's pool, with its own generator; all share the emulator's data.
type worker struct {
	Pool
	random Random
	now    *int64
	asked  int // how often the clock was
	tried  []Choice
}

// choose is a request that comes back with a good response.
func (w *worker) choose() int {
	c := w.begin()
	if c.OnTrial() {
		w.Pass(c.Value())
	}
	return c.Value()
}

// begin is a request that is under way.
func (w *worker) begin() Choice {
	m := Moment{Clock: func() int64 { w.asked++; return *w.now }}
	return w.Choose(&w.random, &m, w.tried)
}

func emulate(t *testing.T) proxytest.HostEmulator {
	host, reset := proxytest.NewHostEmulator(proxytest.NewEmulatorOption())
	t.Cleanup(reset)
	return host
}

func newWorker(rule *config.Rule, now *int64, seed uint64) *worker {
	return &worker{Pool: New(&Metrics{}, clocks(now), "test", rule), random: Random{State: seed}, now: now}
}

func clocks(now *int64) host.Clocks {
	read := func() int64 { return *now }
	return host.Clocks{Monotonic: read, Wall: read}
}

func evicting(values ...string) *config.Rule {
	return &config.Rule{Name: "x-key", Values: values, Evict: &config.Eviction{For: time.Minute}}
}

func (w *worker) expect(t *testing.T, want ...int) {
	t.Helper()
	seen := map[int]int{}
	for range 200 {
		seen[w.choose()]++
	}
	for _, value := range want {
		if seen[value] == 0 {
			t.Errorf("value %d never came up: %v", value, seen)
		}
		delete(seen, value)
	}
	if len(seen) > 0 {
		t.Errorf("came up beside %v: %v", want, seen)
	}
}

func TestWorkersShareEvictions(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := evicting("a", "b", "c")
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	one.expect(t, 0, 1, 2)
	one.PutOut(1, now, 100)
	one.expect(t, 0, 2)
	two.expect(t, 0, 2)
	now += 99
	two.PutOut(2, now, 50)
	one.expect(t, 0)
	now++ // 1 is back
	one.expect(t, 0, 1)
	two.expect(t, 0, 1)
	now += 49
	one.expect(t, 0, 1, 2)
	two.expect(t, 0, 1, 2)
}

func TestClockIsAskedOnlyWhileSomethingIsOut(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := evicting("a", "b")
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	one.PutOut(1, now, 100)
	two.expect(t, 0)
	now += 100
	one.expect(t, 0, 1)
	two.expect(t, 0, 1)
	one.asked, two.asked = 0, 0
	one.expect(t, 0, 1)
	two.expect(t, 0, 1)
	if one.asked+two.asked > 0 {
		t.Errorf("asked %d and %d times", one.asked, two.asked)
	}
}

func TestAllOut(t *testing.T) {
	host := emulate(t)
	now := int64(1e9)
	rule := evicting("a", "b")
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	one.PutOut(0, now, 100)
	one.PutOut(1, now, 100)
	one.expect(t, 0)
	two.expect(t, 0)
	for name, want := range map[string]uint64{
		"livefilter.filter.test.header.x-key.all_out":         400,
		"livefilter.filter.test.header.x-key.value.0.chosen":  400,
		"livefilter.filter.test.header.x-key.value.0.evicted": 1,
		"livefilter.filter.test.header.x-key.value.1.evicted": 1,
	} {
		if got, err := host.GetCounterMetric(name); err != nil || got != want {
			t.Errorf("%s: %d (%v), want %d", name, got, err, want)
		}
	}
}

func TestLongerEvictionStays(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := evicting("a", "b")
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	one.PutOut(1, now, 100)
	two.PutOut(1, now, 10)
	now += 50
	newWorker(rule, &now, 3).expect(t, 0)
	two.PutOut(1, now, 100)
	now += 90
	newWorker(rule, &now, 4).expect(t, 0)
}

func TestScopes(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	other := evicting("a", "b")
	other.Name = "x-other"
	one, two := newWorker(evicting("a", "b"), &now, 1), newWorker(other, &now, 2)
	three := newWorker(evicting("a", "b"), &now, 3)
	three.Pool = New(&Metrics{}, clocks(&now), "another filter", evicting("a", "b"))
	one.PutOut(1, now, 100)
	one.expect(t, 0)
	two.expect(t, 0, 1)
	three.expect(t, 0, 1)
}

// TestClockThatJumps: whatever the clock says, a value is chosen, evictions work, and none lasts longer than it can.
func TestClockThatJumps(t *testing.T) {
	emulate(t)
	rule := evicting("a", "b")
	now := int64(0)
	one := newWorker(rule, &now, 1)
	for _, now = range []int64{1e18, 1e9, 5e18, 2e18, 0} {
		two := newWorker(rule, &now, 2)
		one.expect(t, 0, 1)
		two.expect(t, 0, 1)
		one.PutOut(1, now, int64(time.Minute))
		one.expect(t, 0)
		two.expect(t, 0)
	}
}

func TestGarbageInSharedData(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	one := newWorker(evicting("a", "b"), &now, 1)
	for _, data := range []string{"x", "\x64\xca\x9a\x3b\x00\x00\x00\x00 and more", "\xff\xff\xff\xff\xff\xff\xff\xff", "\x00\x00\x00\x00\x00\x00\x00\x00"} {
		_, cas, _ := proxywasm.GetSharedData("eviction:test\x00x-key\x00b")
		if err := proxywasm.SetSharedData("eviction:test\x00x-key\x00b", []byte(data), cas); err != nil {
			t.Fatal(err)
		}
		one.expect(t, 0, 1)
	}
}

func TestManyValues(t *testing.T) {
	emulate(t)
	now := int64(1e9)
	rule := evicting()
	for i := range 200 {
		rule.Values = append(rule.Values, strconv.Itoa(i))
	}
	one, two := newWorker(rule, &now, 1), newWorker(rule, &now, 2)
	for i := range 199 {
		one.PutOut(i, now, 100)
	}
	two.expect(t, 199)
	one.expect(t, 199)
	one.PutOut(199, now, 100)
	two.expect(t, 0)
}

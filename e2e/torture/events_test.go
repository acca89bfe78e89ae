//go:build torture

package torture

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// clock is that of Envoy's log.
const clock = "15:04:05.000"

// events is what happened, for whoever has to understand a failure.
type events struct {
	began  time.Time
	failed chan struct{} // closed by the first failure

	mu      sync.Mutex
	lines   []string
	counts  map[string]int
	failure string
}

func newEvents() *events {
	return &events{began: time.Now(), failed: make(chan struct{}), counts: map[string]int{}}
}

// add notes an event and counts it by its kind.
func (l *events) add(kind, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[kind]++
	l.lines = append(l.lines, fmt.Sprintf("%s %s %s", time.Now().UTC().Format(clock), kind, fmt.Sprintf(format, args...)))
}

func (l *events) count(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[kind]++
}

// fail ends the run. Only the first failure is kept: the others may follow from it.
func (l *events) fail(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf("%s FAILED %s", time.Now().UTC().Format(clock), text))
	if l.failure == "" {
		l.failure = text
		close(l.failed)
	}
}

// tail is the latest events.
func (l *events) tail(n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines[max(0, len(l.lines)-n):], "\n")
}

// table is how often what happened.
func (l *events) table() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(l.counts)) {
		fmt.Fprintf(&b, "%8d %s\n", l.counts[kind], kind)
	}
	return b.String()
}

// sum is how often it happened that begins so.
func (l *events) sum(prefix string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for kind, count := range l.counts {
		if strings.HasPrefix(kind, prefix) {
			n += count
		}
	}
	return n
}

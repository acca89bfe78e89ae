package decimal

import (
	"math"
	"strconv"
	"testing"
)

func TestString(t *testing.T) {
	for _, n := range []int{0, 1, 9, 10, 99, 100, 12345, math.MaxInt32, math.MaxInt64} {
		if got := String(n); got != strconv.Itoa(n) {
			t.Errorf("%d: %s", n, got)
		}
	}
}

func TestParse(t *testing.T) {
	for _, text := range []string{"0", "7", "007", "999"} {
		want, _ := strconv.ParseInt(text, 10, 64)
		if got, ok := Parse(text, 3); !ok || got != want {
			t.Errorf("%q: %d (%v)", text, got, ok)
		}
	}
	for _, text := range []string{"", "1000", "-1", "+1", "1 ", "1.5", "a", "１"} {
		if got, ok := Parse(text, 3); ok {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}

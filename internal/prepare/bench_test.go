package prepare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/preflight"
)

// BenchmarkEdit is what an edit of one header value takes up to a packed snapshot, where as
// many filters and upstreams stand in the file.
func BenchmarkEdit(b *testing.B) {
	for _, n := range []int{1, 10} {
		b.Run(fmt.Sprintf("filters=%d", n), func(b *testing.B) {
			checker := preflight.New()
			defer checker.Close(b.Context())
			edit := 0
			for b.Loop() {
				edit++
				text := edited(n, edit)
				read := func(string) ([]byte, error) { return []byte(text), nil }
				if _, err := File(b.Context(), checker, "livefilter.yaml", read); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func edited(n, edit int) string {
	var s strings.Builder
	s.WriteString("filters:\n")
	for i := range n {
		value := "same"
		if i == 0 {
			value = fmt.Sprint("edit-", edit)
		}
		fmt.Fprintf(&s, "  - name: filter-%d\n    headers:\n      - {name: x-header-%d, values: [%s]}\n", i, i, value)
	}
	s.WriteString("upstreams:\n")
	for i := range n {
		fmt.Fprintf(&s, "  - {name: up-%d, host: 192.0.2.%d, port: 443, tls: {}}\n", i, i+1)
	}
	return s.String()
}

package preflight

import (
	"context"
	"testing"

	"github.com/livefilter/livefilter/internal/builtin"
)

var builtinPlugin = Plugin{Name: "f", Code: builtin.Filter,
	Config: []byte(`{"headers": [{"name": "user-agent", "values": ["hello", "world"], "evict": {"on": ["4xx"], "for": "1m"}}]}`)}

// BenchmarkConfigEdit is what an edit of the config costs: the module is there already.
func BenchmarkConfigEdit(b *testing.B) {
	c := New()
	defer c.Close(context.Background())
	for b.Loop() {
		if _, err := c.Check(b.Context(), builtinPlugin); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNewModule is what new code costs.
func BenchmarkNewModule(b *testing.B) {
	b.SetBytes(int64(len(builtinPlugin.Code)))
	for b.Loop() {
		c := New()
		if _, err := c.Check(b.Context(), builtinPlugin); err != nil {
			b.Fatal(err)
		}
		_ = c.Close(b.Context())
	}
}

// BenchmarkSession is one request of `xds-server try`.
func BenchmarkSession(b *testing.B) {
	c := New()
	defer c.Close(context.Background())
	s, err := c.Open(b.Context(), builtinPlugin)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close(context.Background())
	x := exchange("200")
	for b.Loop() {
		if _, err := s.Do(b.Context(), x); err != nil {
			b.Fatal(err)
		}
	}
}

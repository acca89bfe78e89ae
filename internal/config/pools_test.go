package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPools(t *testing.T) {
	c, err := Parse("x.yaml", []byte(`
filters:
  - name: keys
    headers:
      - {name: X-Key, values: [a, {value: b, as: team-b}, c], evict: {on: [429], for: 1m}}
      - {name: X-Other, values: [a]}
      - {set: [{X-A: a, X-B: b}, {headers: {X-B: c}, as: c}], evict: {forever: [401]}}
  - {name: pick, balance: {upstreams: [eu, us], evict: {on: [5xx], for: 1m}}}
upstreams: [{name: eu, host: a.example, port: 80}, {name: us, host: b.example, port: 80}]
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []Pool{
		{"keys", "x-key", []string{"0", "team-b", "2"}, []string{"number 0", "team-b", "number 2"}},
		{"keys", "x-other", []string{"0"}, []string{"number 0"}},
		{"keys", "x-a", []string{"0", "c"}, []string{"number 0", "c"}},
		{"pick", UpstreamHeader, []string{"0", "1"}, []string{"eu", "us"}},
	}
	if diff := cmp.Diff(want, c.Pools()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

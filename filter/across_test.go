package main

import "testing"

// A request of which only the last response is seen puts out what its tries before that took: the
// values from the one that was chosen on.
func TestTriesNext(t *testing.T) {
	const config = `{"headers":[{"name":"x-key","values":["a","b","c","d"],"evict":{"on":["5xx"],"for":"1m"},"tries_next":true}]}`
	for _, tt := range []struct {
		name      string
		tries     byte
		status    int
		out, more int // values from the first on; and chosen besides that one
	}{
		{name: "one try", tries: 1, status: 200},
		{name: "it does not say", tries: 0, status: 200},
		{name: "one try, failed", tries: 1, status: 503, out: 1},
		{name: "the second succeeds", tries: 2, status: 200, out: 1, more: 1},
		{name: "two fail", tries: 2, status: 503, out: 2, more: 1},
		{name: "the third succeeds", tries: 3, status: 404, out: 2, more: 2},
		{name: "all fail", tries: 4, status: 503, out: 4, more: 3},
		{name: "more tries than values", tries: 10, status: 200, out: 4, more: 9},
	} {
		inBoth(t, config, func(t *testing.T, e *emulator) {
			e.start(t)
			if err := e.SetProperty([]string{"upstream", "request_attempt_count"}, []byte{tt.tries, 0, 0, 0, 0, 0, 0, 0}); err != nil {
				t.Fatal(err)
			}
			id := e.request(nil)
			first := values(e.GetCurrentRequestHeaders(id), "x-key")[0][0] - 'a'
			e.respond(t, id, tt.status, "via_upstream", nil)
			const prefix = "livefilter.filter.my-wasm-filter.header.x-key.value."
			chosen := 0
			for i := range byte(4) {
				name := prefix + string('0'+(first+i)%4)
				evicted, _ := e.GetCounterMetric(name + ".evicted")
				if want := int(i) < tt.out; (evicted > 0) != want {
					t.Errorf("%s: value %d after the first was evicted %d times", tt.name, i, evicted)
				}
				took, _ := e.GetCounterMetric(name + ".chosen")
				chosen += int(took)
			}
			if chosen != 1+tt.more {
				t.Errorf("%s: chosen %d times", tt.name, chosen)
			}
		})
	}
}

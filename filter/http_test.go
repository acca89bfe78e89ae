package main

import (
	"fmt"
	"strings"
	"testing"
)

const evictingConfig = `{"headers":[{"name":"x-key","values":["a","b"],"evict":{"on":["4xx"],"for":"1m"}}]}`

func TestResponseWithoutRequest(t *testing.T) {
	// A filter in front of ours may answer a request that ours never saw: no value was in it.
	inBoth(t, evictingConfig, func(t *testing.T, e *emulator) {
		e.start(t)
		for range 10 {
			e.respond(t, e.InitializeHttpContext(), 403, "", nil)
		}
		step{Times: 100, Upstream: map[string][]string{"x-key": {"a", "b"}}, Every: true}.play(t, e, 1)
	})
}

func TestStrangeResponses(t *testing.T) {
	inBoth(t, evictingConfig, func(t *testing.T, e *emulator) {
		e.start(t)
		for _, headers := range [][][2]string{
			nil,
			{{":status", "4"}},
			{{":status", "4044"}},
			{{":status", "4o4"}},
			{{":status", "-404"}},
			{{"status", "404"}},
		} {
			id := e.request(nil)
			e.CallOnResponseHeaders(id, headers, true)
			if got := values(e.GetCurrentResponseHeaders(id), "x-proxy-wasm"); len(got) != 1 {
				t.Errorf("%q: the filter is named %q", headers, got)
			}
		}
		step{Times: 100, Upstream: map[string][]string{"x-key": {"a", "b"}}, Every: true}.play(t, e, 1)
	})
}

func TestEditDuringARequest(t *testing.T) {
	var many []string
	for i := range 200 {
		many = append(many, fmt.Sprintf(`"v%d"`, i))
	}
	config := `{"headers":[{"name":"x-key","values":[` + strings.Join(many, ",") + `],"evict":{"on":["4xx"],"for":"1m"}}]}`
	inBoth(t, config, func(t *testing.T, e *emulator) {
		e.start(t)
		var open []uint32
		for range 50 {
			open = append(open, e.request(nil))
		}
		e.setConfig(t, `{"name":"new","headers":[{"name":"x-key","values":["v0"],"evict":{"on":["5xx"],"for":"1m"}}]}`)
		e.start(t)
		for _, id := range open {
			e.respond(t, id, 404, "", nil)
			if got := values(e.GetCurrentResponseHeaders(id), "x-proxy-wasm"); len(got) != 1 || got[0] != "my-wasm-filter" {
				t.Errorf("a request that began before the edit ends under %q", got)
			}
		}
		step{Upstream: map[string][]string{"x-key": {"v0"}}, Downstream: map[string][]string{"x-proxy-wasm": {"new"}}}.play(t, e, 1)
	})
}

func TestMetrics(t *testing.T) {
	config := strings.Replace(evictingConfig, `{"headers"`, `{"name":"my filter/1.0","headers"`, 1)
	config = strings.Replace(config, `"1m"`, `"1m","retry_after":true`, 1)
	inBoth(t, config, func(t *testing.T, e *emulator) {
		e.start(t)
		step{Status: 404, Times: 3}.play(t, e, 1)
		// All are out, so the first is put out again, for a second.
		step{Status: 404, Response: [][2]string{{"retry-after", "0"}}}.play(t, e, 2)
		const prefix = "livefilter.filter.my_filter_1_0.header.x-key."
		for suffix, want := range map[string]uint64{"all_out": 2, "value.0.evicted": 3, "value.1.evicted": 1, "value.1.chosen": 1, "value.0.chosen": 3} {
			if got, err := e.GetCounterMetric(prefix + suffix); err != nil || got != want {
				t.Errorf("%s: %d (%v), want %d", suffix, got, err, want)
			}
		}
	})
}

func TestValuesStayOutOfLogs(t *testing.T) {
	config := `{"headers":[{"name":"x-key","values":["s3cret"],"evict":{"on":["4xx"],"for":"1m"}},{"name":"x-key","values":["s3cret"]}]}`
	inBoth(t, config, func(t *testing.T, e *emulator) {
		e.StartPlugin()
		if logs := fmt.Sprint(e.GetCriticalLogs()); strings.Contains(logs, "s3cret") || !strings.Contains(logs, "headers[1].name") {
			t.Error(logs)
		}
	})
}

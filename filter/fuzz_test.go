package main

import (
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/filter/internal/host"
)

// FuzzTraffic plays any sequence of requests, responses, edits and jumps of the clock: nothing that traffic brings may
// end in a panic, hold a message, or leave a header with something else than one of its values.
//
// The bytes of ops say what happens, one after the other; text is what a header says.
func FuzzTraffic(f *testing.F) {
	f.Add([]byte("rsrsrsers"), "120", "404")
	f.Add([]byte("rrrrssssejrrss"), "Sun, 06 Nov 1994 08:49:37 GMT", "429")
	f.Add([]byte("sdrsJrsjrs"), "", "")
	f.Add([]byte("rlrlsrs"), "99999999999999999999", "599")
	f.Add([]byte("eeersrtrtrseertrsrs"), "8", "401")
	configs := []string{
		`{"headers":[{"name":"x-key","values":["a","b","c"],"evict":{"on":["4xx","5xx"],"for":"1m","retry_after":true}}]}`,
		`{"headers":[{"name":"x-key","values":["a"],"evict":{"on":["4xx"],"for":"1s"}},{"name":"x-b","values":["a","b"]}]}`,
		`{"headers":[{"name":"x-key","values":["a","b","c"],"pick":"round_robin","limit":"9/1s","when_all_out":"soonest"}]}`,
		`{"headers":[{"name":"x-key","values":["c",{"value":"a","weight":2}],"pick":{"sticky":{"by":"cookie a"}},"limit":"2/1h","when_all_out":"first"}]}`,
		`{"headers":[{"name":"x-key","values":[{"value":"b","weight":9},"c"]}]}`,
		`{"headers":[{"names":["x-key","x-b"],"values":[["a","1"],["b",null]],"evict":{"grpc":["RESOURCE_EXHAUSTED"],"after":2,` +
			`"header":{"x-left":"0"},"forever":[401],"for":"1m","reset_header":"retry-after"}}],"retry_grpc":["ABORTED"]}`,
	}
	f.Fuzz(func(t *testing.T, ops []byte, text, status string) {
		clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		e := newEmulator(t, &vmContext{clocks: host.Clocks{
			Monotonic: func() int64 { return clock.UnixNano() },
			Wall:      func() int64 { return clock.Unix() },
		}}, configs[0])
		e.start(t)
		var open []uint32
		edits := 0
		for _, op := range ops[:min(len(ops), 200)] {
			switch op {
			case 'e':
				edits++
				e.setConfig(t, configs[edits%len(configs)])
				e.start(t)
			case 'j':
				clock = clock.Add(time.Duration(len(text)) * time.Second)
			case 'J':
				clock = clock.Add(-time.Duration(len(text)) * time.Hour)
			case 'd':
				open = append(open, e.InitializeHttpContext())
			case 's', 'l', 't':
				if len(open) == 0 {
					continue
				}
				details := "via_upstream"
				if op == 'l' {
					details = "x" + text
				}
				if err := e.SetProperty([]string{"response", "code_details"}, []byte(details)); err != nil {
					t.Fatal(err)
				}
				headers := [][2]string{{":status", status}, {"retry-after", text}, {"content-type", "application/grpc"}}
				e.CallOnResponseHeaders(open[0], headers, op != 't')
				if op == 't' {
					e.CallOnResponseTrailers(open[0], [][2]string{{"grpc-status", text}, {"x-left", status}})
				}
				open = open[1:]
			default:
				id := e.request([][2]string{{"x-key", text}, {text, "x"}})
				open = append(open, id)
				if text == "x-key" {
					continue
				}
				if got := values(e.GetCurrentRequestHeaders(id), "x-key"); len(got) != 1 || !strings.Contains("abc", got[0]) {
					t.Fatalf("x-key is %q", got)
				}
			}
		}
	})
}

package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkSoak sends b.N requests through a pool two of whose values fail again and again, so
// that they are evicted, tried and retried all the time, while the pool is edited a hundred
// times. It fails where Envoy's memory grows with the requests, or where one is not answered.
//
// With SOAK_MODULE another build of the filter runs in the place of the embedded one.
func BenchmarkSoak(b *testing.B) {
	s := newStack(b)
	s.cfg.UpstreamPort = soakUpstream(b)
	soakConfig(s, 0)
	s.startServer()
	s.startEnvoy()
	s.live()
	s.envoy.out.enough()
	var sent, bad atomic.Int64
	total := int64(b.N)
	var clients sync.WaitGroup
	for range 40 {
		clients.Go(func() {
			if err := soakClient(s.cfg.Port, total, &sent, &bad); err != nil {
				b.Error(err)
			}
		})
	}
	var memory []sample
	for step := int64(1); step <= 100; step++ {
		for sent.Load() < total*step/100 && !b.Failed() {
			time.Sleep(time.Millisecond)
		}
		soakConfig(s, int(step))
		s.live()
		memory = append(memory, sample{float64(sent.Load()), s.envoyMemory()})
		if step%10 == 0 && b.N > 1 { // go test begins with a run of one
			b.Logf("%8d requests, %.1f MB", sent.Load(), memory[len(memory)-1].bytes/1e6)
		}
	}
	clients.Wait()
	evicted := 0
	for _, line := range strings.Split(s.stats(`\.evicted$`), "\n") {
		if _, count, ok := strings.Cut(line, ": "); ok {
			var n int
			_, _ = fmt.Sscan(count, &n)
			evicted += n
		}
	}
	growth := slope(memory[20:])
	b.ReportMetric(growth, "B/request")
	b.ReportMetric(float64(evicted), "evictions")
	b.ReportMetric(float64(s.counter("cluster.echo.upstream_rq_retry")), "retries")
	b.ReportMetric(float64(bad.Load()), "429s")
	bound := 2 + 1e6/float64(b.N) // a megabyte is for warming up
	if b.N >= 100_000 && (growth > bound || evicted == 0 || bad.Load() > int64(b.N/1000)) {
		b.Errorf("memory grows by %.1f bytes a request; %d values were evicted, %d requests got 429", growth, evicted, bad.Load())
	}
}

// soakRules are of the other kinds: what belongs together, for each client its own, and a row of
// failures that never comes.
const soakRules = `,
      {set: [{X-A: a, X-B: b}, {headers: {X-A: c}, weight: 2, as: c}], pick: {sticky: {by: header X-Client}}},
      {name: X-Turn, values: [a, b], pick: in_order,
       evict: {on: [5xx], grpc: [UNAVAILABLE], header: {x-spent: "1"}, after: 2, for: 1m, forever: [401]}}`

// soakConfig writes the config; each number has another good value.
func soakConfig(s *stack, number int) {
	rule := fmt.Sprintf(`{name: X-Key, values: [bad1, {value: bad2, as: worse}, good%d], pick: round_robin, limit: 1000000/1s,`+
		` evict: {on: ["429"], for: 20ms, retry_after: true, reset_header: x-reset}}`, number)
	filter := "headers: [" + rule + soakRules + "]"
	if module := os.Getenv("SOAK_MODULE"); module != "" {
		filter = fmt.Sprintf("module: %s, config: {name: pool, headers: [%s]}", module, rule)
	}
	s.cfg.Filters = "  - {name: pool, " + filter + `, match: {path: /*, host: soak, percent: 100}, retry: {on: [429], tries: 3}}`
	s.write(strings.Replace(s.text(), "    tls: {ca: ca.pem}\n", "", 1))
}

// soakUpstream answers 429 to bad values, at little cost. It returns its port.
func soakUpstream(b *testing.B) int {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(b, err)
	b.Cleanup(func() { _ = lis.Close() })
	go func() {
		for {
			conn, err := lis.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				status := "200 OK"
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					switch line := lines.Bytes(); {
					case bytes.HasPrefix(line, []byte("X-Key: bad")):
						status = "429 Too Many Requests"
					case len(line) == 0:
						if _, err := io.WriteString(conn, "HTTP/1.1 "+status+"\r\ncontent-length: 0\r\n\r\n"); err != nil {
							return
						}
						status = "200 OK"
					}
				}
			}()
		}
	}()
	return lis.Addr().(*net.TCPAddr).Port
}

// soakClient sends requests, one after the other, until total are sent by all.
func soakClient(port int, total int64, sent, bad *atomic.Int64) error {
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	defer conn.Close()
	lines := bufio.NewReader(conn)
	for n := sent.Add(1); n <= total; n = sent.Add(1) {
		if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nhost: soak\r\nx-client: %d\r\n\r\n", n); err != nil {
			return err
		}
		for first := true; ; first = false {
			line, err := lines.ReadString('\n')
			switch {
			case err != nil:
				return err
			case first && strings.HasPrefix(line, "HTTP/1.1 429"):
				bad.Add(1)
			case first && !strings.HasPrefix(line, "HTTP/1.1 200"):
				return fmt.Errorf("answered %q", line)
			}
			if line == "\r\n" {
				break
			}
		}
	}
	return nil
}

// sample is Envoy's resident memory after so many requests.
type sample struct{ requests, bytes float64 }

func (s *stack) envoyMemory() float64 {
	s.t.Helper()
	statm, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(s.envoy.cmd.Process.Pid), "statm"))
	must(s.t, err)
	var size, resident int
	_, err = fmt.Sscan(string(statm), &size, &resident)
	must(s.t, err)
	return float64(resident * os.Getpagesize())
}

// slope is the bytes that a request adds, by least squares.
func slope(samples []sample) float64 {
	var n, x, y, xx, xy float64
	for _, s := range samples {
		n, x, y, xx, xy = n+1, x+s.requests, y+s.bytes, xx+s.requests*s.requests, xy+s.requests*s.bytes
	}
	return (n*xy - x*y) / max(1, n*xx-x*x)
}

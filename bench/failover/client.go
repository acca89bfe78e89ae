package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// client sends requests to one Envoy.
type client struct {
	way  string
	port int

	mu      sync.Mutex
	results []result
}

type result struct {
	at      time.Time // of the answer
	lost    bool      // no 200
	backend string
}

// workers is how many connections a client has: Envoy has two workers.
const workers = 2

// run sends a request each pace until the context ends.
func (c *client) run(ctx context.Context, pace time.Duration) {
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			tick := time.NewTicker(pace * workers)
			defer tick.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
				// Every request is seen to its end.
				r := get(context.WithoutCancel(ctx), &http.Client{Transport: transport}, c.port)
				c.mu.Lock()
				c.results = append(c.results, r)
				c.mu.Unlock()
			}
		})
	}
	all.Wait()
}

func get(ctx context.Context, c *http.Client, port int) result {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/", port), http.NoBody)
	if err != nil {
		return result{at: time.Now(), lost: true}
	}
	response, err := c.Do(request)
	if err != nil {
		return result{at: time.Now(), lost: true}
	}
	defer response.Body.Close()
	return result{time.Now(), response.StatusCode != http.StatusOK, response.Header.Get("X-Backend")}
}

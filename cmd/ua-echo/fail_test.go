package main

import (
	"net/http"
	"testing"
)

func TestFailFlag(t *testing.T) {
	address := start(t, "--plaintext", "--fail", "user-agent=a,b:429", "--fail", "x-key=old:401")
	for name, test := range map[string]struct {
		header, value string
		want          int
	}{
		"first":  {"User-Agent", "a,b", 429},
		"second": {"X-Key", "old", 401},
		"none":   {"User-Agent", "a", 200},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set(test.header, test.value)
			transport := &http.Transport{DisableKeepAlives: true}
			response, err := transport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if response.StatusCode != test.want {
				t.Errorf("status %d, want %d", response.StatusCode, test.want)
			}
		})
	}
}

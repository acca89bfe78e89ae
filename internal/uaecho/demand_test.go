package uaecho_test

import (
	"context"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

func TestStatusOnDemand(t *testing.T) {
	rule := uaecho.Rule{Header: "user-agent", Value: "bad1", Status: 429}
	for target, want := range map[string]int{
		"/":                          429, // the rule
		"/any/path":                  429,
		"/api/v1/ua":                 429,
		"/api/v1/ua?status=200":      200, // the query wins
		"/?status=503":               503,
		"/status/404":                404,
		"/status/404?status=503":     404,
		"/status/204":                204,
		"/?status=100":               400,
		"/?status=600":               400,
		"/?status=many":              400,
		"/status/many":               400,
		"/status/404/more":           429, // an ordinary path
		"/?delay=1us":                429,
		"/?delay=-1s":                400,
		"/?delay=10.1s":              400,
		"/?delay=soon":               400,
		"/?retry-after=soon":         400,
		"/?retry-after=-1":           400,
		"/?retry-after=30&status=20": 400,
	} {
		t.Run(target, func(t *testing.T) {
			answer := ask(t, get(target, "User-Agent", "bad1"), rule)
			if answer.Code != want {
				t.Errorf("status %d, want %d: %s", answer.Code, want, answer.Body)
			}
			if want == 400 && !strings.Contains(answer.Body.String(), "want ") {
				t.Errorf("%q does not say what it wants", answer.Body)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	for query, want := range map[string]string{
		"":                      "",
		"?retry-after=":         "",
		"?retry-after=0":        "0",
		"?retry-after=120":      "120",
		"?status=429&delay=0":   "",
		"?retry-after=7&delay=": "7",
		"?retry-after=Sun,+06+Nov+1994+08:49:37+GMT": "Sun, 06 Nov 1994 08:49:37 GMT",
	} {
		t.Run(query, func(t *testing.T) {
			if got := ask(t, get("/"+query)).Header().Get("Retry-After"); got != want {
				t.Errorf("retry-after %q, want %q", got, want)
			}
		})
	}
}

func TestDelayEndsWhenTheClientGoes(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	answer := ask(t, get("/?delay=10s").WithContext(ctx))
	if answer.Body.Len() != 0 {
		t.Errorf("answered %s to a client that has gone", answer.Body)
	}
}

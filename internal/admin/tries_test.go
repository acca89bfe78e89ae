package admin

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Who guesses is looked at once a second, and nobody else is.
func TestTries(t *testing.T) {
	var tr tries
	now := time.Unix(0, 0)
	looked := func(from string, now time.Time) (n int) {
		for range 100 {
			if tr.allow(from, now) {
				tr.wrong(from, now)
				n++
			}
		}
		return n
	}
	if n := looked("192.0.2.1:1", now); n != freeTries {
		t.Errorf("%d free tries", n)
	}
	if n := looked("192.0.2.1:2", now.Add(5*time.Second)); n != 5 {
		t.Errorf("%d tries in 5 s", n)
	}
	if n := looked("192.0.2.1:2", now.Add(time.Hour)); n != freeTries {
		t.Errorf("%d tries after an hour", n)
	}
	if !tr.allow("192.0.2.2:1", now) || !tr.allow("not an address", now) {
		t.Error("another address is slowed")
	}
	if looked("[2001:db8::1]:1", now); tr.allow("[2001:db8::2]:1", now) {
		t.Error("a neighbour in one IPv6 network is let try")
	}
	for i := range 3 * maxTried {
		tr.wrong(fmt.Sprintf("10.%d.%d.1:1", i/256, i%256), now)
		if len(tr.debt) > maxTried {
			t.Fatalf("%d addresses are remembered", len(tr.debt))
		}
	}
}

func TestWrongTokensAreSlowed(t *testing.T) {
	h, log := guarded().(*guard), &buffer{}
	h.Log = slog.New(slog.NewTextHandler(log, nil))
	ask := func(token, remote string) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, from(t, "GET /status HTTP/1.1\r\nHost: server\r\nAuthorization: Bearer "+token+"\r\n", remote, away))
		return w.Code
	}
	slowed := 0
	for range 3 * freeTries {
		if ask("guess-"+secret[:9], "192.0.2.9:9") == http.StatusTooManyRequests {
			slowed++
		}
	}
	if slowed == 0 {
		t.Error("nobody was slowed")
	}
	if code := ask(secret, "192.0.2.8:9"); code != http.StatusOK {
		t.Errorf("another address: %d", code)
	}
	if s := log.String(); strings.Contains(s, "guess-") || strings.Count(s, "\n") > 2 {
		t.Errorf("the log says %s", s)
	}
}

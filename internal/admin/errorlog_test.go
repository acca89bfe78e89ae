package admin

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// Whatever clients say of themselves, from however many addresses, is a line of one kind, and no long one.
func TestServerErrorsAreSparing(t *testing.T) {
	out := &buffer{}
	e := &errorLog{Handler: slog.NewJSONHandler(out, nil)}
	log := slog.NewLogLogger(e, slog.LevelWarn)
	for i := range 500 {
		log.Printf("http: TLS handshake error from [2001:db8::%x]:%d: tls: failed to parse client certificate: x509: cannot parse URI %q",
			i*4099, i, fmt.Sprint(i)+strings.Repeat("x", 50_000))
		log.Printf("http: panic serving [2001:db8::%x]:%d: oh\ngoroutine 5 [running]:\n%s", i*4099, i, strings.Repeat("a frame\n", 99))
	}
	log.Print("http: Accept error: too many open files; retrying in 5ms")
	log.Print("http: Accept error: too many open files; retrying in 10ms")
	s := out.String()
	if n := strings.Count(s, "\n"); n != 3 || len(s) > 3000 || !strings.Contains(s, "a frame") {
		t.Errorf("%d lines, %d bytes: %.2000s", n, len(s), s)
	}
}

package admin

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/sparing"
)

// errorLog takes the lines of a http.Server (accepting, TLS handshakes, panics), and passes on one a minute of each kind.
type errorLog struct {
	slog.Handler // of the log that they go to
	lines        sparing.Lines
}

func (e *errorLog) Handle(_ context.Context, r slog.Record) error {
	first, _, _ := strings.Cut(r.Message, "\n") // below that is the stack of a panic
	first, _, _ = strings.Cut(first, "; retrying in ")
	kind := strings.Map(func(c rune) rune { // without addresses
		if c >= '0' && c <= '9' {
			return -1
		}
		return c
	}, first)
	if before, ok := e.lines.Allow(kind, time.Now()); ok {
		slog.New(e.Handler).Warn("admin port", "err", r.Message, "before", before)
	}
	return nil
}

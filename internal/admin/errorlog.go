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

// What clients say of themselves, by a certificate that cannot be read, say, makes neither kinds nor long lines.
const (
	kindBytes = 60
	lineBytes = 500
)

func (e *errorLog) Handle(_ context.Context, r slog.Record) error {
	first, stack, _ := strings.Cut(r.Message, "\n") // of a panic
	kind, _, _ := strings.Cut(first, "; retrying in ")
	for _, before := range []string{" from ", " serving "} { // an address
		if what, who, ok := strings.Cut(kind, before); ok {
			_, why, _ := strings.Cut(who, ": ")
			kind = what + ": " + why
		}
	}
	if before, ok := e.lines.Allow(kind[:min(len(kind), kindBytes)], time.Now()); ok {
		slog.New(e.Handler).Warn("admin port", "err", strings.TrimSpace(sparing.Cut(first, lineBytes)+"\n"+stack), "before", before)
	}
	return nil
}

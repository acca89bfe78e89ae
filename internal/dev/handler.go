package dev

import (
	"context"
	"log/slog"
	"slices"
	"strings"
)

// told are the attributes of a log record that a person at a terminal wants.
var told = []string{"err", "warning", "source", "advice"}

// handler shows the server's warnings and errors as people read them.
type handler struct {
	out   *Out
	attrs []slog.Attr
}

// NewHandler returns a handler for the log of a server: it drops what is no warning or error.
func NewHandler(out *Out) slog.Handler { return &handler{out: out} }

// Enabled implements slog.Handler.
func (h *handler) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

// Handle implements slog.Handler.
func (h *handler) Handle(_ context.Context, r slog.Record) error {
	words := []string{r.Message}
	add := func(a slog.Attr) bool {
		if text := a.Value.String(); slices.Contains(told, a.Key) && text != "" {
			words = append(words, text)
		}
		return true
	}
	for _, a := range h.attrs {
		add(a)
	}
	r.Attrs(add)
	separator := ": "
	if strings.Contains(strings.Join(words, ""), "\n") {
		separator = "\n"
	}
	h.out.bad("%s", strings.Join(words, separator))
	return nil
}

// WithAttrs implements slog.Handler.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &handler{h.out, slices.Concat(h.attrs, attrs)}
}

// WithGroup implements slog.Handler. The server has no groups.
func (h *handler) WithGroup(string) slog.Handler { return h }

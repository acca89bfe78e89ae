package page

import (
	"html/template"
	"time"

	"github.com/livefilter/livefilter/internal/xds"
)

// functions are for the template.
var functions = template.FuncMap{
	"short":   xds.ShortType,
	"grouped": grouped, "many": func(n int) string { return grouped(uint64(n)) },
	// bar is how much of 100 a part of a whole is.
	"bar":     func(part, whole uint64) uint64 { return part * 100 / max(1, whole) },
	"percent": percent,
	"count":   count,
	// moment is for the script, which knows the reader's clock and zone, clock for readers without one.
	"moment": func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") },
	"clock": func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.UTC().Format("2006-01-02 15:04:05 UTC")
	},
}

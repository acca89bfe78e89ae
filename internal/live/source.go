package live

import (
	"context"
	"time"
)

// Source is where the config and the files that it names come from: bytes by name, and a
// call when they changed. watch.Files is one.
type Source interface {
	// Run calls load once, and again whenever something that the last load read has other
	// content, and where load returned an error also when the same content was saved again,
	// by a touch, say. It blocks until ctx is done. read is for load's own goroutine, until
	// load returns.
	Run(ctx context.Context, load func(read func(name string) ([]byte, error)) error) error
	// Settled says whether what the source has now is what the last load was given, and
	// that load is done; if not, why.
	Settled() (reason string, ok bool)
	// Seen is when the change behind the load under way was noticed; zero where no change
	// caused it.
	Seen() time.Time
	// Reload makes Run call load soon, whether anything changed or not. It returns at once
	// and may be called at any time.
	Reload()
}

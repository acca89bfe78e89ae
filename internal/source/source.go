// Package source says what joins a place that configs come from with what serves them: bytes
// by name, and a call when they changed.
package source

import (
	"context"
	"errors"
	"time"
)

// ErrChanged is that a file has changed since the load that reads it began: what the load has
// read may never have been together. It ends without a word, and another one follows.
var ErrChanged = errors.New("another file has changed meanwhile")

// Source is where the config and the files that it names come from. watch.Files is one.
type Source interface {
	// Run calls load once, and again whenever something that the last load read has other
	// content, or was touched after a load that returned an error. It blocks until ctx is
	// done. read is for load's own goroutine, until load returns; its error may be ErrChanged.
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

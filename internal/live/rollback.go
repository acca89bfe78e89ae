package live

import (
	"context"
	"errors"
	"fmt"
)

// RolledBack is what came of a Rollback.
type RolledBack struct {
	// To is the entry whose files were written back, N the one that is served since: another one,
	// or To where that was what is served.
	To int `json:"to"`
	N  int `json:"n"`
	// Version is what is served now.
	Version string `json:"version"`
	// Lines are what it changed of what was served, by plan's words.
	Lines []string `json:"lines"`
	// Written are the files that were replaced, Kept the copies of those among them whose content
	// the history does not have, and Left the certificates, keys and CAs that stay what they are.
	Written []string `json:"written"`
	Kept    []string `json:"kept,omitempty"`
	Left    []string `json:"left,omitempty"`
}

// ErrRefused is that a rollback would be refused, or cannot write, and has changed nothing.
var ErrRefused = errors.New("nothing is changed")

// Rollback writes the files of an entry of the history back, by its number, or "now" for what is
// served, and returns when they are. They are judged as any edit first.
//
// Certificates with their keys stay what they are on disk, where the config takes them: they are
// renewed by others, and those of the entry may be over. Variables of the environment are those of
// now.
func (l *Live) Rollback(ctx context.Context, to string) (r RolledBack, err error) {
	n, err := l.entryOf(to)
	if err != nil {
		return r, err
	}
	switch {
	case l.Disk == nil:
		return r, fmt.Errorf("%w: this server cannot write where the config comes from: change it there", ErrRefused)
	case !l.rolling.TryLock():
		return r, fmt.Errorf("%w: another rollback is under way", ErrRefused)
	}
	defer l.rolling.Unlock()
	c, err := l.history.Config(n)
	if err != nil {
		return r, err
	}
	served, err := l.now()
	if err != nil {
		return r, err
	}
	p, left, err := l.judge(ctx, c)
	if err != nil {
		return r, fmt.Errorf("%w: the config %d would be refused: %w", ErrRefused, n, err)
	}
	r = RolledBack{To: n, Left: left, Lines: []string{}}
	lines, err := changes(served, p)
	if err != nil {
		return r, err
	}
	r.Lines = append(r.Lines, lines...)
	l.history.Flush(false) // what is replaced is known once it is there
	w := &write{entry: n, files: toWrite(c.Contents, left), done: make(chan error, 1)}
	if err := l.make(ctx, w); err != nil {
		return r, err
	}
	r.Written, r.Kept = append([]string{}, w.written...), w.kept
	retried, err := l.Retry(ctx, fmt.Sprintf("rollback of %d", n))
	if err != nil {
		return r, fmt.Errorf("the files of %d were written back, and whether they are served is not known: %w", n, err)
	}
	if retried.Error != nil {
		return r, fmt.Errorf("the files of %d were written back, and what is on disk now is refused: %s", n, *retried.Error)
	}
	l.history.Flush(false) // a crash right after the answer does not make it an edit that nobody knows of
	l.mu.Lock()
	defer l.mu.Unlock()
	r.N, r.Version = l.number, retried.Version
	return r, nil
}

// make has a load make w, and returns when it is done.
func (l *Live) make(ctx context.Context, w *write) error {
	l.mu.Lock()
	l.writes = w
	l.mu.Unlock()
	l.Source.Reload()
	var err error
	told := false
	select {
	case err = <-w.done:
		told = true
	case <-ctx.Done():
		err = ctx.Err()
	case <-l.ended:
		err = errors.New("the server is stopping")
	}
	l.mu.Lock()
	waits := l.writes == w
	if waits {
		l.writes = nil // and no load makes it
	}
	l.mu.Unlock()
	if !told && !waits {
		err = <-w.done // a load is at it, or was
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return nil
}

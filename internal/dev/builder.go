package dev

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Builder runs the command that makes the module, and prints what it has to say.
type Builder struct {
	Dir     string
	Command []string
	Out     *Out

	mu   sync.RWMutex  // held by a build, and for reading by who must not see half of one
	good chan struct{} // closed after the first build without an error
	said string        // what the last good build printed

	times        sync.Mutex
	began, ended time.Time // the last good build
}

// NewBuilder returns a Builder that has built nothing.
func NewBuilder(dir string, command []string, out *Out) *Builder {
	return &Builder{Dir: dir, Command: command, Out: out, good: make(chan struct{})}
}

// Build builds. What the compiler printed is shown where it failed, and else if it is not what it said the last time. The
// error has been said then; it is for who wants to know that there was one.
func (b *Builder) Build(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if missing := Missing(b.Command); missing != "" {
		b.Out.bad("%s", missing)
		return errors.New(missing)
	}
	start := time.Now()
	cmd := exec.CommandContext(ctx, b.Command[0], b.Command[1:]...)
	cmd.Dir = b.Dir
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	cmd.WaitDelay = 2 * time.Second
	err := cmd.Run()
	took := time.Since(start).Round(10 * time.Millisecond)
	words := strings.TrimSpace(printed.String())
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		if words != "" {
			b.Out.write(words)
		}
		b.Out.bad("not built: %s: %v", strings.Join(b.Command, " "), err)
		return fmt.Errorf("build: %w", err)
	}
	if words != "" && words != b.said {
		b.Out.write(words)
	}
	b.said = words
	b.Out.Say("built in %s", took)
	b.times.Lock()
	b.began, b.ended = start, time.Now()
	b.times.Unlock()
	select {
	case <-b.good:
	default:
		close(b.good)
	}
	return nil
}

// Last is when the last good build began and ended, zero before there was one.
func (b *Builder) Last() (began, ended time.Time) {
	b.times.Lock()
	defer b.times.Unlock()
	return b.began, b.ended
}

package dev

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/livefilter/livefilter/internal/colour"
)

// Out writes whole lines, from several goroutines.
type Out struct {
	mu     sync.Mutex
	w      io.Writer
	colour colour.Palette
}

// NewOut returns an Out that writes to w.
func NewOut(w io.Writer) *Out { return &Out{w: w, colour: colour.For(w)} }

// Say writes a line.
func (o *Out) Say(format string, args ...any) {
	o.write(fmt.Sprintf(format, args...))
}

// good writes a line about what is as it should be.
func (o *Out) good(format string, args ...any) {
	o.write(o.colour.Good(fmt.Sprintf(format, args...)))
}

// bad writes lines about what is not.
func (o *Out) bad(format string, args ...any) {
	o.write(o.colour.Bad(fmt.Sprintf(format, args...)))
}

// write writes text with one line feed at its end.
func (o *Out) write(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, _ = io.WriteString(o.w, strings.TrimRight(text, "\n")+"\n") // who closed it does not want to read it
}

package dev

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// Out writes whole lines, from several goroutines.
type Out struct {
	mu sync.Mutex
	w  io.Writer
}

// NewOut returns an Out that writes to w.
func NewOut(w io.Writer) *Out { return &Out{w: w} }

// Say writes a line.
func (o *Out) Say(format string, args ...any) {
	o.write(fmt.Sprintf(format, args...))
}

// write writes text with one line feed at its end.
func (o *Out) write(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, _ = io.WriteString(o.w, strings.TrimRight(text, "\n")+"\n") // who closed it does not want to read it
}

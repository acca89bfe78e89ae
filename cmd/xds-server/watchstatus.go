package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/livefilter/livefilter/internal/colour"
)

// watchEvery is how often status --watch asks.
const watchEvery = 500 * time.Millisecond

// watchStatus returns nil when ctx ends. Servers that do not answer at first are an error, later they are what is shown.
func watchStatus(ctx context.Context, f *statusFlags, w io.Writer) error {
	servers, redraw := f.server.each(), colour.IsTerminal(w)
	var last string
	var page bytes.Buffer
	for first := true; ctx.Err() == nil; first = false {
		begun := time.Now()
		asked, cancel := context.WithTimeout(ctx, f.timeout)
		all := askAll(asked, servers)
		cancel()
		took := time.Since(begun)
		if ctx.Err() != nil {
			break
		}
		if err := all.Err(); err != nil && first {
			return err
		}
		switch line := all.Line(); {
		case redraw:
			all.Write(&page, colour.For(w), f.every)
			_, _ = w.Write(repainted(page.String(), colour.Width(w), colour.Height(w)))
			page.Reset()
		case line != last:
			fmt.Fprintf(w, "%s  %s\n", time.Now().Format(time.RFC3339), line)
			last = line
		}
		select {
		case <-ctx.Done():
		case <-time.After(max(watchEvery, 9*took)): // a server with thousands of Envoys has other things to do
		}
	}
	return nil
}

// home goes to the first line, endLine and endPage clear what is behind: nothing flickers, as after a clear screen.
const home, endLine, endPage = "\x1b[H", "\x1b[K", "\x1b[J"

// repainted is page over what a terminal shows, cut where its rows end.
func repainted(page string, width, height int) []byte {
	var b bytes.Buffer
	b.WriteString(home)
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		if height -= max(1, (utf8.RuneCountInString(line)+width-1)/width); height < 1 { // colours count, too: rather too early
			break
		}
		b.WriteString(line + endLine + "\n")
	}
	b.WriteString(endPage)
	return b.Bytes()
}

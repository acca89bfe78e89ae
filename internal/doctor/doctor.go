// Package doctor looks at what a server and its Envoys depend on, before a fault does: the config and who may read and
// write it, ports, DNS and TLS of the upstreams, and what running servers say of themselves and their Envoys.
package doctor

import (
	"fmt"
	"io"

	"github.com/livefilter/livefilter/internal/colour"
)

// Level is how bad a finding is.
type Level int

// An Error keeps requests from being served, or edits from being live; a Warning may do so later, or is unsafe.
const (
	OK Level = iota
	Warning
	Error
)

func (l Level) String() string { return [...]string{"ok", "warning", "error"}[l] }

// Finding is one thing that was looked at.
type Finding struct {
	Level  Level
	About  string // a file, a port, an upstream, a server, an Envoy
	Says   string
	Change string // what to do about it; "" where that is plain, or nothing
}

func ok(about, format string, args ...any) Finding {
	return Finding{OK, about, fmt.Sprintf(format, args...), ""}
}

func warning(about, change, format string, args ...any) Finding {
	return Finding{Warning, about, fmt.Sprintf(format, args...), change}
}

func fault(about, change, format string, args ...any) Finding {
	return Finding{Error, about, fmt.Sprintf(format, args...), change}
}

// Write prints a line for each finding and one that counts them. It returns whether there is an Error.
func Write(w io.Writer, findings []Finding) (faulty bool) {
	p := colour.For(w)
	marks := [...]func(string) string{p.Good, p.Warn, p.Bad}
	var count [3]int
	for _, f := range findings {
		count[f.Level]++
		text := f.Says
		if f.About != "" {
			text = f.About + ": " + f.Says
		}
		if f.Change != "" {
			text += "; change: " + f.Change
		}
		fmt.Fprintf(w, "%s  %s\n", marks[f.Level](fmt.Sprintf("%-7s", f.Level)), text)
	}
	fmt.Fprintf(w, "\n%d ok, warnings: %d, errors: %d\n", count[OK], count[Warning], count[Error])
	return count[Error] > 0
}

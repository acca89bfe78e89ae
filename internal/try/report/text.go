package report

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var blanks = regexp.MustCompile(`\n{3,}`)

// writeTidy leaves out the blanks at the ends of lines that tables come with.
func writeTidy(w io.Writer, text string) error {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	_, err := io.WriteString(w, strings.Trim(blanks.ReplaceAllString(out.String(), "\n\n"), "\n")+"\n")
	return err
}

func cell(values []string, i int) string {
	if i >= len(values) {
		return "-"
	}
	return short(values[i])
}

// short is a value that does not break a table.
func short(s string) string {
	const limit = 60
	s = plain(s)
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "…"
	}
	return s
}

// plain quotes what would not be seen as it is.
func plain(s string) string {
	if s == "" || s != strings.TrimSpace(s) || strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

func quotedBody(b []byte) string {
	if len(b) == 0 {
		return ", no body"
	}
	return fmt.Sprintf(" %s, %d bytes", short(string(b)), len(b))
}

func since(d time.Duration) string { return "+" + d.Round(time.Millisecond).String() }

package live

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/history"
	"github.com/livefilter/livefilter/internal/plan"
	"github.com/livefilter/livefilter/internal/prepare"
)

// words say what p changed of what was served before it: by this process, or by an earlier one, of
// which the history has the entry n. It is nothing where nothing was.
func (l *Live) words(n int, before, p *prepare.Prepared) []string {
	var err error
	if before == nil {
		if n == 0 {
			return nil
		}
		if before, err = l.entry(n); err != nil {
			return []string{fmt.Sprintf("cannot be compared with %d: %v", n, err)}
		}
	}
	lines, err := changes(before, p)
	if err != nil {
		return []string{fmt.Sprintf("cannot be compared with %d: %v", n, err)}
	}
	if len(lines) == 0 {
		lines = []string{"the config means the same: another release of livefilter makes other resources of it"}
	}
	return lines
}

// entry is the config of an entry of the history, without the checks that it has passed.
func (l *Live) entry(n int) (*prepare.Prepared, error) {
	c, err := l.history.Config(n)
	if err != nil {
		return nil, err
	}
	return prepare.Again(c.File, c.Read)
}

// changes say what happens to Envoys that run was when they get is.
func changes(was, is *prepare.Prepared) ([]string, error) {
	all, err := plan.Between(was.Resources, is.Resources)
	if err != nil {
		return nil, err
	}
	return append(plan.Lines(all), clientLines(rulesOf(was.Config), rulesOf(is.Config))...), nil
}

func rulesOf(c *config.Config) (rules []string) {
	for _, rule := range c.Clients {
		rules = append(rules, rule.String())
	}
	return rules
}

// clientLines say which rules of who may connect come and go.
func clientLines(was, is []string) (lines []string) {
	if slices.Equal(was, is) {
		return nil
	}
	lines = []string{"clients: who may connect"}
	for _, rule := range is {
		if !slices.Contains(was, rule) {
			lines = append(lines, "    + "+rule)
		}
	}
	for _, rule := range was {
		if !slices.Contains(is, rule) {
			lines = append(lines, "    - "+rule)
		}
	}
	return lines
}

// Diff is what one config would change of another.
type Diff struct {
	From  string   `json:"from"`
	To    string   `json:"to"`
	Lines []string `json:"lines"` // by plan's words; none: they mean the same
}

// ErrWord is that a config is named by something else than a number, "now" or "file".
var ErrWord = errors.New(`must be a number of the history, or "now"`)

// Diff says what happens to Envoys that run from when they get to. Each is the number of an entry
// of the history, "now" for what is served, or "file" for what was on disk at the last load.
func (l *Live) Diff(from, to string) (Diff, error) {
	d := Diff{From: from, To: to, Lines: []string{}}
	was, err := l.named(from)
	if err != nil {
		return d, err
	}
	is, err := l.named(to)
	if err != nil {
		return d, err
	}
	lines, err := changes(was, is)
	d.Lines = append(d.Lines, lines...)
	return d, err
}

func (l *Live) named(word string) (*prepare.Prepared, error) {
	switch word {
	case "now":
		return l.now()
	case "file":
		return l.onDisk()
	}
	n, err := l.entryOf(word)
	if err != nil {
		return nil, fmt.Errorf(`%w, or "file" for what is on disk`, err)
	}
	return l.entry(n)
}

// onDisk is what the last load read.
func (l *Live) onDisk() (*prepare.Prepared, error) {
	l.mu.Lock()
	read, refused := history.Config{Contents: l.tried}, l.err
	l.mu.Unlock()
	p, err := prepare.Again(l.File, read.Read)
	if err != nil && refused != nil {
		err = refused // a file that could not be read, say
	}
	if err != nil {
		return nil, fmt.Errorf("the file on disk is refused: %w", err)
	}
	return p, nil
}

// entryOf is the number of an entry: what word says, or of what is served where it is "now".
func (l *Live) entryOf(word string) (int, error) {
	if word == "now" {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.number, nil
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q: %w", word, ErrWord)
	}
	return n, nil
}

package live

import (
	"fmt"
	"slices"
	"sync"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/plan"
	"github.com/livefilter/livefilter/internal/prepare"
)

// onceWords has words compared when somebody asks for them, and once.
func onceWords(words func() []string) func() []string { return sync.OnceValue(words) }

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
	before, err := plan.Describe(was.Snapshot.Version, was.Resources, nil)
	if err != nil {
		return nil, err
	}
	after, err := plan.Describe(is.Snapshot.Version, is.Resources, nil)
	if err != nil {
		return nil, err
	}
	a, err := plan.Answers(before, after)
	if err != nil {
		return nil, err
	}
	return append(plan.Lines(a.Changes), clientLines(rulesOf(was.Config), rulesOf(is.Config))...), nil
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

// Package format reads Envoy's format strings: text with commands such as %REQ(x-id)% in it.
package format

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/livefilter/livefilter/internal/spelling"
)

// Part is a piece of text, or a command if Command is not "".
type Part struct {
	Text          string // as it is, or the whole command as it was written
	Command, Args string
	HasArgs       bool
	Max           int // of bytes; 0: no bound
}

// command is what Envoy takes for one (measured on 1.36 and 1.40): arguments end at the first
// bracket that the rest fits behind.
var command = regexp.MustCompile(`^%([A-Z0-9_]+)(\((.*?)\))?(:([0-9]+))?%`)

// Parse takes a format string apart. An error says what Envoy would refuse, and at which
// character.
func Parse(s string) (parts []Part, err error) {
	for rest := s; rest != ""; {
		at := strings.IndexByte(rest, '%')
		switch {
		case at < 0:
			return append(parts, Part{Text: rest}), nil
		case at > 0:
			parts, rest = append(parts, Part{Text: rest[:at]}), rest[at:]
		case strings.HasPrefix(rest, "%%"):
			parts, rest = append(parts, Part{Text: "%"}), rest[2:]
		default:
			m := command.FindStringSubmatch(rest)
			where := len([]rune(s[:len(s)-len(rest)])) + 1
			if m == nil {
				return nil, fmt.Errorf("character %d: %s", where, broken(rest))
			}
			p := Part{Text: m[0], Command: m[1], HasArgs: m[2] != "", Args: m[3]}
			p.Max, _ = strconv.Atoi(m[5])
			if wrong := check(p, m[4] != ""); wrong != "" {
				return nil, fmt.Errorf("character %d: %s", where, wrong)
			}
			parts, rest = append(parts, p), rest[len(m[0]):]
		}
	}
	return parts, nil
}

// began is a command as people misspell it, whether it ends or not.
var began = regexp.MustCompile(`^%([A-Za-z0-9_]+)(\([^%]*\))?(:[0-9]+)?(%?)`)

// broken says why rest, which begins with a percent sign, begins with no command.
func broken(rest string) string {
	m := began.FindStringSubmatch(rest)
	if m == nil {
		return "a percent sign begins a command, as in %REQ(x-request-id)%; one that is meant is written %%"
	}
	name := strings.ToUpper(m[1])
	_, known := commands[name]
	switch {
	case m[4] == "" && known:
		return fmt.Sprintf("the command %%%s does not end: %%%s%s%%", name, name, inBrackets(m[2]))
	case m[4] == "":
		return "a percent sign begins a command, as in %REQ(x-request-id)%; one that is meant is written %%"
	case known:
		return fmt.Sprintf("commands are in capitals: %%%s%s%%", name, inBrackets(m[2]))
	}
	return unknown(m[1])
}

func unknown(name string) string {
	if near := spelling.Nearest(name, names); near != "" {
		return fmt.Sprintf("there is no command %%%s%%; did you mean %%%s%%?", name, near)
	}
	return "there is no such command; Envoy's documentation has a list (substitution formatter)"
}

// inBrackets stands for the arguments of a command, which may have a secret in them.
func inBrackets(args string) string {
	if args == "" {
		return ""
	}
	return "(…)"
}

// check says what is wrong with a command, or returns "".
func check(p Part, bounded bool) string {
	c, known := commands[p.Command]
	switch {
	case !known:
		return unknown(p.Command)
	case c.args == none && p.HasArgs:
		return fmt.Sprintf("%%%s%% takes nothing in brackets", p.Command)
	case c.args == required && (!p.HasArgs || p.Args == ""):
		return fmt.Sprintf("%%%s(…)%% needs something in brackets%s", p.Command, c.example)
	case !c.length && bounded:
		return fmt.Sprintf("%%%s%% takes no length after a colon", p.Command)
	case c.valid != nil && p.HasArgs && !c.valid.MatchString(p.Args):
		return fmt.Sprintf("%%%s(…)%% cannot have that in brackets%s", p.Command, c.example)
	}
	return ""
}

package docs

import (
	"regexp"
	"strings"
)

// Command is a command of a console block, and what it prints.
type Command struct {
	Line int // of the page
	Text string
	Want []string
}

// Commands returns the commands of a console block: a line that begins with "$ " is one, with the lines after it where
// it ends with \, and what follows up to the next is what it prints.
func Commands(b Block) (commands []Command) {
	goesOn := false
	for i, line := range strings.Split(strings.TrimSuffix(b.Text, "\n"), "\n") {
		text, begins := strings.CutPrefix(line, "$ ")
		switch {
		case goesOn:
			commands[len(commands)-1].Text += "\n" + line
		case begins:
			commands = append(commands, Command{Line: b.Line + i, Text: text})
		case len(commands) > 0:
			c := &commands[len(commands)-1]
			c.Want = append(c.Want, line)
			continue
		default:
			continue
		}
		goesOn = strings.HasSuffix(line, `\`)
	}
	return commands
}

// Printed says whether got is what the page says: … in a line is any text, a line of … alone any lines. Blanks at the
// ends of lines and empty lines at the end are nothing.
func Printed(want []string, got string) bool {
	var pattern strings.Builder
	for _, line := range want {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		for i, text := range strings.Split(strings.TrimRight(line, " "), "…") {
			if i > 0 {
				pattern.WriteString(`.*`)
			}
			pattern.WriteString(regexp.QuoteMeta(text))
		}
		pattern.WriteString(` *\n`)
	}
	return regexp.MustCompile(`^` + pattern.String() + `\n*$`).MatchString(strings.ReplaceAll(strings.TrimRight(got, "\n")+"\n", "\r\n", "\n"))
}

var server = regexp.MustCompile(`(?:^|[ /(\x60])(?:xds-server +)+([a-z]+)((?:[^\n|;&#)\x60]|\\\n)*)`)
var flags = regexp.MustCompile(`(?:^|[\s\[])(--?[a-z][a-z0-9-]*)`)

// Use is a subcommand of xds-server, and flags that it is given.
type Use struct {
	Subcommand string
	Flags      []string
}

// Uses finds every use of xds-server in code.
func Uses(code string) (uses []Use) {
	for _, m := range server.FindAllStringSubmatch(code, -1) {
		args, _, _ := strings.Cut(m[2], " -- ")
		u := Use{Subcommand: m[1]}
		for _, f := range flags.FindAllStringSubmatch(args, -1) {
			if !strings.HasSuffix(f[1], "-") { // --tls-…: several
				u.Flags = append(u.Flags, f[1])
			}
		}
		uses = append(uses, u)
	}
	return uses
}

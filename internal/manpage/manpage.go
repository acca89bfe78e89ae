// Package manpage writes the manual pages of a program from what its commands say of themselves.
package manpage

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/usage"
)

// File is a page of section 1.
type File struct {
	Name string // such as xds-server-status.1
	Data []byte
}

// Of returns the pages of root and its commands. They have no date, so that one release has one text. The notes are the
// last paragraphs of each page, by their headings, in order.
func Of(root *cobra.Command, version string, notes []Note) []File {
	p := page{version: version, notes: notes}
	files := []File{p.of(root)}
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			files = append(files, p.of(c))
		}
	}
	return files
}

// Note is a part of every page.
type Note struct{ Heading, Text string }

type page struct {
	version string
	notes   []Note
	strings.Builder
}

func name(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

func (p *page) of(c *cobra.Command) File {
	p.Reset()
	root := c.Root().Name()
	fmt.Fprintf(p, ".TH %q 1 \"\" %q %q\n", strings.ToUpper(name(c)), escape(root+" "+p.version), "User Commands")
	fmt.Fprintf(p, ".SH NAME\n%s \\- %s\n", escape(name(c)), escape(c.Short))
	fmt.Fprintf(p, ".SH SYNOPSIS\n.B %s\n%s\n", escape(c.CommandPath()), escape(strings.TrimSpace(strings.TrimPrefix(c.UseLine(), c.CommandPath()))))
	if c.Long != "" {
		p.section("DESCRIPTION", c.Long)
	}
	if c.HasAvailableSubCommands() {
		p.WriteString(".SH COMMANDS\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(p, ".TP\n.BR %s (1)\n%s\n", escape(name(sub)), escape(sub.Short))
			}
		}
	}
	p.options(c)
	if c.Example != "" {
		p.section("EXAMPLES", c.Example)
	}
	for _, n := range p.notes {
		p.section(n.Heading, n.Text)
	}
	if c.HasParent() {
		fmt.Fprintf(p, ".SH SEE ALSO\n.BR %s (1)\n", escape(root))
	}
	return File{name(c) + ".1", []byte(p.String())}
}

func (p *page) options(c *cobra.Command) {
	if !c.HasAvailableLocalFlags() {
		return
	}
	p.WriteString(".SH OPTIONS\n")
	usage.Flags(c).VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		word, text := pflag.UnquoteUsage(f)
		typed := "--" + f.Name
		if f.Shorthand != "" {
			typed = "-" + f.Shorthand + ", " + typed
		}
		if f.DefValue != "" && f.DefValue != "0" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0s" {
			text += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(p, ".TP\n\\fB%s\\fR \\fI%s\\fR\n%s\n", escape(typed), escape(word), escape(text))
	})
}

// section writes paragraphs. Those whose lines are indented are kept as they are.
func (p *page) section(heading, text string) {
	fmt.Fprintf(p, ".SH %s\n", heading)
	for i, paragraph := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if i > 0 {
			p.WriteString(".PP\n")
		}
		if strings.HasPrefix(paragraph, "  ") {
			fmt.Fprintf(p, ".nf\n%s\n.fi\n", escape(paragraph))
			continue
		}
		fmt.Fprintf(p, "%s\n", escape(paragraph))
	}
}

var control = regexp.MustCompile(`(?m)^([.'])`)

// escape keeps text from being read as requests of roff. A dash is one that can be pasted into a shell.
func escape(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	return control.ReplaceAllString(text, `\&$1`)
}

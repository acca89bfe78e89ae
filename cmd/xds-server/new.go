package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/scaffold"
	"github.com/livefilter/livefilter/internal/usage"
)

func newCommand() *cobra.Command {
	var lang string
	c := &cobra.Command{
		Use:   "new DIR",
		Short: "Write the beginning of a filter of your own: source, test, build and config",
		Long: `Write the beginning of a proxy-wasm filter of your own into a new folder: a small filter that
marks responses with a header, its test, its build, and a livefilter.yaml that serves it.
"xds-server dev DIR" builds and serves it at each save.`,
		Example: `  xds-server new my-filter --lang rust
  xds-server dev my-filter --envoy $(which envoy)`,
		RunE: func(c *cobra.Command, args []string) error {
			return newFilter(args[0], lang, c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&lang, "lang", "", "`language` of the filter: tinygo, rust or assemblyscript")
	_ = c.MarkFlagRequired("lang")
	usage.Complete(c, "lang", usage.Values(scaffold.Names()...))
	return c
}

func newFilter(dir, lang string, stdout io.Writer) error {
	l, err := scaffold.Find(lang)
	if err != nil {
		return usage.Errorf("--lang %q: %w", lang, err)
	}
	dir = filepath.Clean(dir)
	name, err := scaffold.Write(dir, l)
	if err != nil {
		return fmt.Errorf("new: %w", err)
	}
	fmt.Fprintf(stdout, `%s: the filter %s in %s. %s

  test it     cd %s && %s
  run it      xds-server dev %s --envoy PATH    # PATH of an Envoy, or leave --envoy out
  ask it      curl -i 127.0.0.1:10000

`, dir, name, l.Title, l.Tools, shellWord(dir), l.Test, shellWord(dir))
	return nil
}

// shellWord is text as a shell takes it for one word.
func shellWord(text string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_./+-:@%,", r)
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return !plain(r) }) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

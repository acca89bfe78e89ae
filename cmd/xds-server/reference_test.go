package main

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/docs"
)

// help is what a command says of itself.
func help(t *testing.T, command ...string) string {
	t.Helper()
	var out, err bytes.Buffer
	if code := run(context.Background(), append(command, "--help"), &out, &err); code != 0 {
		t.Fatalf("%v --help: exit %d\n%s", command, code, err.String())
	}
	return out.String()
}

var commandLine = regexp.MustCompile(`(?m)^  ([a-z]+) +\S`)

// commands are the subcommands, as the program lists them.
func commands(t *testing.T) (names []string) {
	t.Helper()
	_, list, _ := strings.Cut(help(t), "Commands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	for _, m := range commandLine.FindAllStringSubmatch(list, -1) {
		names = append(names, m[1])
	}
	if len(names) < 12 {
		t.Fatalf("commands: %q", names)
	}
	return names
}

// TestReference holds docs/reference/cli.md to what the commands say of themselves.
func TestReference(t *testing.T) {
	var text strings.Builder
	for _, name := range commands(t) {
		if name != "help" && name != "completion" {
			fmt.Fprintf(&text, "## %s\n\n```text\n%s```\n\n", name, help(t, name))
		}
	}
	if err := docs.Hold("../../docs/reference/cli.md", text.String(), *update); err != nil {
		t.Error(err)
	}
}

// Every command of ours that a page names is one, and has the flags that the page gives it.
func TestPagesNameFlags(t *testing.T) {
	pages, err := docs.Pages("../..")
	if err != nil {
		t.Fatal(err)
	}
	known, count := map[string]string{}, 0
	for _, name := range commands(t) {
		known[name] = help(t, name)
	}
	for page, text := range pages {
		for _, use := range docs.Uses(docs.Code(text)) {
			said, is := known[use.Subcommand]
			if !is && use.Subcommand != "completion" {
				t.Errorf("%s: there is no xds-server %s", page, use.Subcommand)
			}
			count++
			for _, flag := range use.Flags {
				if is && !slices.Contains(strings.FieldsFunc(said, notInFlag), flag) {
					t.Errorf("%s: xds-server %s has no %s", page, use.Subcommand, flag)
				}
			}
		}
	}
	if count < 20 {
		t.Errorf("%d commands", count)
	}
}

func notInFlag(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-", r) }

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

var commandLine = regexp.MustCompile(`(?m)^  ([a-z]+) +(\S.*)$`)

// commands are the subcommands and what each is for, as the program lists them.
func commands(t *testing.T) (list [][2]string) {
	t.Helper()
	_, text, _ := strings.Cut(help(t), "Commands:\n")
	text, _, _ = strings.Cut(text, "\n\n")
	for _, m := range commandLine.FindAllStringSubmatch(text, -1) {
		if m[1] != "help" && m[1] != "completion" { // which are cobra's
			list = append(list, [2]string{m[1], m[2]})
		}
	}
	if len(list) < 12 {
		t.Fatalf("commands: %q", list)
	}
	return list
}

// TestReference holds docs/reference/cli.md to what the commands say of themselves.
func TestReference(t *testing.T) {
	list, each := "| command | |\n|---|---|\n", ""
	for _, c := range commands(t) {
		list += fmt.Sprintf("| [%s](#%[1]s) | %s |\n", c[0], c[1])
		each += fmt.Sprintf("## %s\n\n```text\n%s```\n\n", c[0], help(t, c[0]))
	}
	if err := docs.Hold("../../docs/reference/cli.md", list+"\n"+each, *update); err != nil {
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
	for _, c := range commands(t) {
		known[c[0]] = help(t, c[0])
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

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/docs"
)

// help is what a command says of itself.
func help(t *testing.T, name string) string {
	t.Helper()
	stdout, stderr, code := command(t, name, "--help")
	if code != 0 {
		t.Fatalf("%s --help: exit %d\n%s", name, code, stderr)
	}
	return stdout
}

// commands are the subcommands and what each is for.
func commands() (list [][2]string) {
	for _, c := range rootCommand().Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" && c.Name() != "completion" {
			list = append(list, [2]string{c.Name(), c.Short})
		}
	}
	return list
}

// TestReference holds docs/reference/cli.md to what the commands say of themselves.
func TestReference(t *testing.T) {
	list, each := "| command | |\n|---|---|\n", ""
	for _, c := range commands() {
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
	for _, c := range commands() {
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

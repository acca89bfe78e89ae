package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// What a shell is offered after each beginning of a command line, and what it makes of the rest.
func TestCompletion(t *testing.T) {
	const (
		nothing = cobra.ShellCompDirectiveNoFileComp
		files   = cobra.ShellCompDirectiveDefault
		yaml    = cobra.ShellCompDirectiveFilterFileExt
		folders = cobra.ShellCompDirectiveFilterDirs
	)
	for _, tt := range []struct {
		typed, want string
		then        cobra.ShellCompDirective
	}{
		{"stat|", "status", nothing},
		{"render x.yaml --format |", "envoy envoy-gateway istio istio-live snippet xds", nothing},
		{"render --on-missing |", "block pass", nothing},
		{"serve --log-level |", "debug info warn error", nothing},
		{"serve --log-format |", "text json", nothing},
		{"serve --admin-public |", "health metrics health,metrics", nothing},
		{"try testdata/try-deny.yaml --filter |", "talks deny", nothing},
		{"try --filter |", "", nothing},
		{"try none.yaml --filter |", "", nothing},
		{"completion |", "bash fish powershell zsh", nothing},
		{"help sta|", "status", nothing},
		{"serve |", "yaml yml", yaml},
		{"serve --config |", "yaml yml", yaml},
		{"validate a.yaml |", "yaml yml", yaml},
		{"plan a.yaml |", "", nothing},
		{"status |", "", nothing},
		{"status --timeout |", "", nothing},
		{"status --tls-ca |", "", files},
		{"validate --envoy |", "", files},
		{"serve --state-dir |", "", folders},
		{"render -o |", "", folders},
		{"certs --output |", "", folders},
	} {
		args := strings.Split(strings.TrimSuffix(tt.typed, "|"), " ")
		stdout, _, code := command(t, append([]string{"__completeNoDesc"}, args...)...)
		words := strings.Fields(stdout)
		then := fmt.Sprintf(":%d", tt.then)
		if n := len(words); code != 0 || n == 0 || strings.Join(words[:n-1], " ") != tt.want || words[n-1] != then {
			t.Errorf("%s: exit %d, %q, want %q and %s", tt.typed, code, words, tt.want, then)
		}
	}
}

func TestCompletionOfTheHistory(t *testing.T) {
	_, admin, _ := serving(t, writeFile(t, "livefilter.yaml", minimal))
	t.Setenv("LIVEFILTER_ADMIN_ADDRESS", admin)
	for typed, want := range map[string]string{"rollback |": "now 1 ", "diff |": "now file 1 ", "diff 1 |": "now file 1 ", "diff 1 1 |": "", "rollback --admin-address 127.0.0.1:1 |": "now "} {
		stdout, _, code := command(t, append([]string{"__completeNoDesc"}, strings.Split(strings.TrimSuffix(typed, "|"), " ")...)...)
		words, _, _ := strings.Cut(strings.ReplaceAll(stdout, "\n", " "), ":")
		if code != 0 || words != want {
			t.Errorf("%s: exit %d, %q, want %q", typed, code, words, want)
		}
	}
}

func TestCompletionScripts(t *testing.T) {
	for shell, want := range map[string]string{"bash": "complete -o default", "zsh": "#compdef xds-server", "fish": "complete -c xds-server", "powershell": "Register-ArgumentCompleter"} {
		if stdout, stderr, code := command(t, "completion", shell); code != 0 || !strings.Contains(stdout, want) {
			t.Errorf("%s: exit %d, %s", shell, code, stderr)
		}
	}
}

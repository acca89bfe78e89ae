package usage_test

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/usage"
)

// The flag goes before the variable, which goes before the default; an empty variable is none.
func TestVariables(t *testing.T) {
	all := map[string]string{
		"PROG_YES": "true", "PROG_NUMBER": "7", "PROG_OTHER_PORT": "8080", "PROG_PORT": "tcp://10.0.0.1:80", "PROG_HEAP": "", "PROG_WAIT": "2m",
		"PROG_LIST": "a,b", "PROG_LINE": `X-A: b,"X-C: d, e"`, "PROG_WORD": "w", "PROG_HELP": "true",
	}
	for _, tt := range []struct {
		env        map[string]string
		args, want string
	}{
		{nil, "do", "false 1 80 0 1s [x] [] '' [] "},
		{all, "do", "true 7 8080 0 2m0s [a|b] [X-A: b|X-C: d, e] 'w' [] "},
		{all, "do --yes=false -n 1 --port 1 --wait 1s --list c --line d --word v", "false 1 1 0 1s [c] [d] 'v' [] "},
	} {
		if got, _, stderr, err := call(t, "do", tt.env, strings.Fields(tt.args)...); err != nil || got != tt.want {
			t.Errorf("%s: %q, want %q, %v %s", tt.args, got, tt.want, err, stderr)
		}
	}
}

// Where a variable and a flag exclude each other, it is the variable that is in the way.
func TestVariableInTheWay(t *testing.T) {
	want := "prog do: PROG_WAIT: not together with --heap\n"
	if _, _, stderr, err := call(t, "do", map[string]string{"PROG_WAIT": "1s"}, "do", "--heap", "1"); err == nil || !strings.HasPrefix(stderr, want) {
		t.Errorf("%v, %q, want %q", err, stderr, want)
	}
}

// A variable does for a flag that has to be there.
func TestVariableOfARequiredFlag(t *testing.T) {
	if got, _, stderr, err := call(t, "need", map[string]string{"PROG_LINE": "a"}, "need"); err != nil || !strings.Contains(got, " [a] ") {
		t.Errorf("%q, %v %s", got, err, stderr)
	}
}

// The one who set a variable is told of the variable, and not of a flag that nobody typed.
func TestWrongVariables(t *testing.T) {
	for env, want := range map[string]string{
		"PROG_YES=yes":             `prog do: PROG_YES "yes": must be true or false`,
		"PROG_NUMBER=x":            `prog do: PROG_NUMBER "x": must be a whole number`,
		"PROG_WAIT=5":              `prog do: PROG_WAIT "5": must be a duration, such as 500ms, 10s or 2m`,
		"PROG_OTHER_PORT=tcp://:1": `prog do: PROG_OTHER_PORT "tcp://:1": must be a number from 0 to 65535`,
		`PROG_LIST=a"`:             `prog do: PROG_LIST "a\"": must be words with commas between`,
		`PROG_LINE=a"`:             `prog do: PROG_LINE "a\"": must be words with commas between`,
		"PROG_WORD=wrong":          `prog do: PROG_WORD "wrong": must be right`,
	} {
		t.Run(env, func(t *testing.T) {
			name, value, _ := strings.Cut(env, "=")
			if _, _, stderr, err := call(t, "do", map[string]string{name: value}, "do"); err == nil || !strings.HasPrefix(stderr, want) || !strings.Contains(stderr, "\nusage: prog do") {
				t.Errorf("%v, %q, want %q", err, stderr, want)
			}
		})
	}
}

// A command whose flags mean something of their own has its name in their variables.
func TestOwnVariables(t *testing.T) {
	root := &cobra.Command{Use: "prog"}
	own := &cobra.Command{Use: "make-it", Run: func(*cobra.Command, []string) {}}
	own.Flags().Bool("dry-run", false, "")
	own.Flags().String("shared", "", "")
	usage.OwnVariables(own)
	usage.Variable(own.Flags(), "shared", "PROG_SHARED")
	root.AddCommand(own)
	usage.Prepare(root, "PROG_")
	for flag, want := range map[string]string{"dry-run": "PROG_MAKE_IT_DRY_RUN", "shared": "PROG_SHARED"} {
		if name := usage.VariableOf(own.Flags().Lookup(flag)); name != want {
			t.Errorf("%s, want %s", name, want)
		}
	}
}

func TestHelp(t *testing.T) {
	_, out, _, err := call(t, "do FILE", nil, "do", "--help")
	if want := `Do it

Usage:
  prog do FILE [flags]

Flags:
      --heap uint32     heap [PROG_HEAP]
  -h, --help            help for do
      --line line       line [PROG_LINE]
      --list strings    list [PROG_LIST] (default [x])
  -n, --number many     how many [PROG_NUMBER] (default 1)
      --port uint16     port [PROG_OTHER_PORT] (default 80)
      --wait duration   wait [PROG_WAIT] (default 1s)
      --word string     word [PROG_WORD]
      --yes             agree [PROG_YES]
`; err != nil || out != want {
		t.Errorf("%v\n%s", err, out)
	}
	for _, args := range []string{"", "help", "--help"} {
		if _, out, _, err := call(t, "do FILE", nil, strings.Fields(args)...); err != nil || !strings.Contains(out, "A program\n\nUsage:\n  prog COMMAND [flags]\n\nCommands:\n  completion   Print") {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
}

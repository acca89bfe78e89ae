package usage_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/usage"
)

// program is a root of one command with a flag of each kind; what the command was called with is in got.
func program(got *strings.Builder, use string) *cobra.Command {
	root := &cobra.Command{Use: "prog COMMAND", Short: "A program"}
	var (
		yes   bool
		n     int
		port  uint16
		heap  uint32
		wait  time.Duration
		list  []string
		lines []string
		word  string
	)
	c := &cobra.Command{Use: use, Short: "Do it", RunE: func(c *cobra.Command, args []string) error {
		for _, v := range []any{yes, n, port, heap, wait, list, lines, word, args} {
			got.WriteString(text(v) + " ")
		}
		switch word {
		case "wrong":
			return usage.Errorf("--word %q: must be right", word)
		case "missing":
			_, err := os.ReadFile("no-such")
			return fmt.Errorf("--word: %w", err)
		case "fails":
			return errors.New("a.yaml:1:2: it fails\nfor two reasons")
		}
		return nil
	}}
	c.Flags().BoolVar(&yes, "yes", false, "agree")
	c.Flags().IntVarP(&n, "number", "n", 1, "how `many`")
	c.Flags().Uint16Var(&port, "port", 80, "port")
	c.Flags().Uint32Var(&heap, "heap", 0, "heap")
	c.Flags().DurationVar(&wait, "wait", time.Second, "wait")
	c.Flags().StringSliceVar(&list, "list", []string{"x"}, "list")
	c.Flags().StringArrayVar(&lines, "line", nil, "`line`")
	c.Flags().StringVar(&word, "word", "", "word")
	if strings.HasPrefix(use, "need") {
		if err := c.MarkFlagRequired("line"); err != nil {
			panic(err)
		}
	}
	c.MarkFlagsMutuallyExclusive("heap", "wait")
	usage.Variable(c.Flags(), "port", "PROG_OTHER_PORT")
	root.AddCommand(c)
	usage.Prepare(root, "PROG_")
	return root
}

func text(v any) string {
	switch v := v.(type) {
	case []string:
		return "[" + strings.Join(v, "|") + "]"
	case string:
		return "'" + v + "'"
	}
	return fmt.Sprint(v)
}

func call(t *testing.T, use string, env map[string]string, args ...string) (got, stdout, stderr string, err error) {
	t.Helper()
	for name, value := range env {
		t.Setenv(name, value)
	}
	var b strings.Builder
	var out, e bytes.Buffer
	root := program(&b, use)
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&e)
	c, err := root.ExecuteContextC(t.Context())
	if err != nil {
		usage.Explain(&e, c, err)
	}
	return b.String(), out.String(), e.String(), err
}

func TestWrongCommandLines(t *testing.T) {
	for _, tt := range []struct {
		use, args, want string
	}{
		{"do FILE", "nothing", `prog: there is no command "nothing"`},
		{"do FILE", "d", `prog: there is no command "d": do you mean do?`},
		{"do FILE", "odo", `prog: there is no command "odo": do you mean do?`},
		{"do FILE", "--x", `prog: there is no flag --x`},
		{"do FILE", "do", `prog do: FILE is missing`},
		{"do FILE", "do a b", `prog do: "b": one argument too many`},
		{"do", "do a", `prog do: "a": it takes no argument`},
		{"do A B", "do a", `prog do: B is missing`},
		{"do [FILE]", "do a b", `prog do: "b": one argument too many`},
		{"do FILE...", "do", `prog do: FILE is missing`},
		{"do FILE", "do EMPTY", `prog do: FILE is empty`},
		{"do DIR [-- COMMAND...]", "do a b", `prog do: "b": one argument too many`},
		{"do DIR [-- COMMAND...]", "do -- a", `prog do: DIR is missing`},
		{"do", "do --yes=5", `prog do: --yes "5": must be true or false`},
		{"do", "do -n 5x", `prog do: --number "5x": must be a whole number`},
		{"do", "do -n 99999999999999999999", `prog do: --number "99999999999999999999": the number is too large`},
		{"do", "do --port 65536", `prog do: --port "65536": must be a number from 0 to 65535`},
		{"do", "do --heap -1", `prog do: --heap "-1": must be a whole number, not negative and not too large`},
		{"do", "do --wait 5", `prog do: --wait "5": must be a duration, such as 500ms, 10s or 2m`},
		{"do", `do --list a"`, `prog do: --list "a\"": must be words with commas between`},
		{"do", "do -n -1", `prog do: --number -1: must not be negative`},
		{"do", "do --wait -1s", `prog do: --wait -1s: must not be negative`},
		{"do", "do --heap 1 --wait 1s", `prog do: --heap: not together with --wait`},
		{"do", "do -q", `prog do: there is no flag -q`},
		{"do", "do --numbr 1", `prog do: there is no flag --numbr: do you mean --number?`},
		{"do", "do -n", `prog do: --number needs a value: --number many`},
		{"do", "do --=1", `prog do: "--=1" is no flag`},
		{"do", "do --word wrong", `prog do: --word "wrong": must be right`},
		{"need", "need", `prog need: --line is missing: --line line`},
		{"do", "help nothing", `prog help: there is no command "nothing"`},
		{"do", "completion csh", `prog completion: SHELL "csh": must be one of bash, fish, powershell, zsh`},
	} {
		args := strings.Fields(tt.args)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "EMPTY", "")
		}
		_, stdout, stderr, err := call(t, tt.use, nil, args...)
		var wrong *usage.Error
		lines := strings.Split(stderr, "\n")
		if !errors.As(err, &wrong) || stdout != "" || len(lines) != 4 || !strings.HasPrefix(lines[0], tt.want) ||
			!strings.HasPrefix(lines[1], "usage: prog") || !strings.HasPrefix(lines[2], "help:  prog") {
			t.Errorf("%q, %s: %v, %q, %q, want %q", tt.use, tt.args, err, stdout, stderr, tt.want)
		}
	}
}

func TestSystemCalls(t *testing.T) {
	if _, _, stderr, err := call(t, "do", nil, "do", "--word", "missing"); err == nil || stderr != "--word: no-such: no such file or directory\n" {
		t.Errorf("%v, %q", err, stderr)
	}
}

// What is not about the command line is said as it is.
func TestOtherErrors(t *testing.T) {
	if _, _, stderr, err := call(t, "do", nil, "do", "--word", "fails"); err == nil || stderr != "a.yaml:1:2: it fails\nfor two reasons\n" {
		t.Errorf("%v, %q", err, stderr)
	}
}

func TestArguments(t *testing.T) {
	for _, tt := range []struct{ use, args, want string }{
		{"do", "do", "[] "},
		{"do [FILE]", "do", "[] "},
		{"do [FILE]", "do a", "[a] "},
		{"do FILE...", "do a b c", "[a|b|c] "},
		{"do A FILE…", "do a b c", "[a|b|c] "},
		{"do DIR [-- COMMAND...] [flags]", "do a -- b --yes", "[a|b|--yes] "},
	} {
		if got, _, stderr, err := call(t, tt.use, nil, strings.Fields(tt.args)...); err != nil || !strings.HasSuffix(got, "'' "+tt.want) {
			t.Errorf("%q, %s: %q, %v %s", tt.use, tt.args, got, err, stderr)
		}
	}
}

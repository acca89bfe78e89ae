package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// commandWith is command with something on the standard input.
func commandWith(ctx context.Context, stdin io.Reader, args ...string) (stdout, stderr string, code int) {
	var out, e bytes.Buffer
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(&out)
	root.SetErr(&e)
	c, err := root.ExecuteContextC(ctx)
	code = exitStatus(c, &e, err)
	return out.String(), e.String(), code
}

// Each command that takes a FILE takes the standard input, but for the one that follows edits.
func TestStandardInput(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("keys.txt", []byte("a\nb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const good = "filters:\n  - name: f\n    headers: [{name: X-Key, values_from: keys.txt}]\nupstreams: [{name: a, host: localhost, port: 80}]\n"
	address := servingConfig(t, planBase)
	for _, tt := range []struct{ args, stdin, want string }{
		{"validate -", good, "<stdin>: ok\n"},
		{"validate -", "filters: 5\n", "<stdin>:1:10: filters: "},
		{"validate -", "", "<stdin>:1:1: "},
		{"validate -", strings.Replace(good, "keys.txt", "none.txt", 1), "<stdin>:3:42: filters[0].headers[0].values_from: "},
		{"validate - -", good, `xds-server validate: FILE "-": given twice, and the standard input can be read once`},
		{"try -", good, "x-key       -                "},
		{"try -", "filters: 5\n", "<stdin>:1:10: filters: "},
		{"render -", good, "resources:"},
		{"render -", "filters: 5\n", "<stdin>:1:10: filters: "},
		{"plan - --admin-address " + address, planBase, "nothing: <stdin> means what is served"},
		{"plan - --admin-address " + address, "filters: 5\n", "<stdin>:1:10: filters: "},
		{"serve -", good, `xds-server serve: FILE "-": must be a file`},
	} {
		stdout, stderr, code := commandWith(t.Context(), strings.NewReader(tt.stdin), strings.Fields(tt.args)...)
		if !strings.Contains(stdout+stderr, tt.want) || strings.Contains(stdout+stderr, "open -") || code != 0 && code != exitOf(stderr) {
			t.Errorf("%s: exit %d, %q, %q, want %q", tt.args, code, stdout, stderr, tt.want)
		}
	}
}

// An input that never ends, as a terminal's, does not keep the command from being interrupted.
func TestStandardInputInterrupted(t *testing.T) {
	stdin, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, stderr, code := commandWith(ctx, stdin, "validate", "-"); code != exitRefused || !strings.Contains(stderr, "interrupted") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}

func TestValidateSeveral(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700), os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"a/1.yaml": minimal, "a/2.yml": minimal, "a/3.txt": "no config", "a/b/4.yaml": "no config",
		"bad/1.yaml": minimal, "bad/2.yaml": "filters: 5\n", "bad/3.yaml": minimal, "none/readme": "",
	} {
		write(name, text)
	}
	t.Chdir(dir)
	for args, want := range map[string]string{
		"a":                     "a/1.yaml: ok\na/2.yml: ok\n",
		"a a/1.yaml bad/3.yaml": "a/1.yaml: ok\na/2.yml: ok\na/1.yaml: ok\nbad/3.yaml: ok\n",
		"bad":                   "bad/1.yaml: ok\nbad/3.yaml: ok\n|bad/2.yaml:1:1: upstreams: is required\nbad/2.yaml:1:10: filters: must be a list ([a, b], or a line with \"- \" for each entry), not a single value\n1 of 3 files are refused\n",
		"a no.yaml":             "a/1.yaml: ok\na/2.yml: ok\n|read config: no.yaml: no such file or directory\n1 of 3 files are refused\n",
		"none":                  "|xds-server validate: FILE \"none\": the folder has no *.yaml\nusage: xds-server validate FILE... [flags]\nhelp:  xds-server validate --help\n",
	} {
		stdout, stderr, code := command(t, append([]string{"validate"}, strings.Fields(args)...)...)
		wantOut, wantErr, refused := strings.Cut(want, "|")
		status := 0
		if refused {
			status = exitOf(wantErr)
		}
		if stdout != wantOut || stderr != wantErr || code != status {
			t.Errorf("%s: exit %d, %q, %q", args, code, stdout, stderr)
		}
	}
}

// FILE and --config are two ways to say one thing.
func TestServeFile(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, tt := range []struct {
		args, variable, want string
		code                 int
	}{
		{"a.yaml", "", "a.yaml: no such file", exitRefused},
		{"--config a.yaml", "", "a.yaml: no such file", exitRefused},
		{"a.yaml --config a.yaml", "", "a.yaml: no such file", exitRefused},
		{"", "", "config/livefilter.yaml: no such file", exitRefused},
		{"", "v.yaml", "v.yaml: no such file", exitRefused},
		{"a.yaml", "v.yaml", "a.yaml: no such file", exitRefused},
		{"--config a.yaml", "v.yaml", "a.yaml: no such file", exitRefused},
		{"a.yaml --config b.yaml", "", `FILE "a.yaml": --config is "b.yaml": take one of them away`, exitUsage},
		{"a.yaml b.yaml", "", `"b.yaml": one argument too many`, exitUsage},
		{"--config=", "", `--config "": must be a file`, exitUsage},
	} {
		t.Setenv("LIVEFILTER_CONFIG", tt.variable)
		args := append([]string{"serve", "--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0"}, strings.Fields(tt.args)...)
		if _, stderr, code := command(t, args...); code != tt.code || !strings.Contains(stderr, tt.want) {
			t.Errorf("%s, %s: exit %d, %q", tt.args, tt.variable, code, stderr)
		}
	}
}

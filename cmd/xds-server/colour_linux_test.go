package main

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// screen is a terminal for a command to write to; shown returns what it wrote.
func screen(t *testing.T) (tty *os.File, shown func() string) {
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	ptm, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("NOT TESTED: no pseudo-terminals here:", err)
	}
	t.Cleanup(func() { _ = ptm.Close() })
	if err := unix.IoctlSetPointerInt(int(ptm.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skip("NOT TESTED: no pseudo-terminals here:", err)
	}
	n, err := unix.IoctlGetInt(int(ptm.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skip("NOT TESTED: no pseudo-terminals here:", err)
	}
	if tty, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Skip("NOT TESTED: no pseudo-terminals here:", err)
	}
	return tty, func() string {
		_ = tty.Close()
		var all bytes.Buffer
		_, _ = all.ReadFrom(ptm) // ends with an error once the last writer is gone
		return strings.ReplaceAll(all.String(), "\r\n", "\n")
	}
}

func TestColours(t *testing.T) {
	address := servingConfig(t, planBase)
	moved := writeFile(t, "moved.yaml", "listener: {port: 10001}\n"+planBase)
	for name, tt := range map[string]struct {
		args []string
		want []string
	}{
		"error":   {[]string{"validate", "testdata/validate-errors.yaml"}, []string{"\x1b[1mtestdata/validate-errors.yaml:1:18:\x1b[0m\x1b[31m listener.port: "}},
		"usage":   {[]string{"validate"}, []string{"\x1b[1mxds-server validate\x1b[0m: \x1b[31mFILE is missing\x1b[0m\n"}},
		"ok":      {[]string{"validate", "testdata/validate-ok.yaml"}, []string{"testdata/validate-ok.yaml: \x1b[32mok\x1b[0m\n"}},
		"warning": {[]string{"validate", "testdata/validate-warning.yaml"}, []string{"\x1b[33mwarning:\x1b[0m "}},
		"plan":    {[]string{"plan", moved, "--admin-address", address}, []string{"\x1b[33mconnections drain\x1b[0m"}},
		"JSON":    {[]string{"plan", moved, "--json", "--admin-address", address}, []string{"\n  \"drains\": true"}},
		"help":    {[]string{"validate", "--help"}, []string{"\x1b[1mFlags:\x1b[0m\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			tty, shown := screen(t)
			run(t.Context(), tt.args, tty, tty)
			got := shown()
			for _, want := range tt.want {
				if !strings.Contains(got, want) || name == "JSON" && strings.Contains(got, "\x1b") {
					t.Errorf("%q, want %q", got, want)
				}
			}
		})
	}
}

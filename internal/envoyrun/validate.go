// Package envoyrun runs an Envoy to ask it what it makes of a config.
package envoyrun

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// validateTime bounds how long an Envoy may take over a config: it starts every module.
const validateTime = time.Minute

// Refusal is a config that Envoy does not start with.
type Refusal struct {
	Words string // Envoy's own, on one line
}

func (r *Refusal) Error() string { return "envoy: " + r.Words }

// Validate asks the Envoy at path with `--mode validate` whether it starts with the bootstrap. The error is a *Refusal
// if it does not and says why; any other error says nothing about the bootstrap, or little.
func Validate(ctx context.Context, path string, bootstrap proto.Message) error {
	text, err := protojson.Marshal(bootstrap)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "xds-server-validate-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "envoy.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, validateTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--mode", "validate", "-c", file, "--log-level", "error", "--log-format", "%v")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	var exit *exec.ExitError
	switch words := reason(log.String()); {
	case err == nil && !strings.Contains(log.String(), "OK"):
		return fmt.Errorf("%s: it ends without a word on the config: is it an Envoy?", path)
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("no verdict within %s", validateTime)
	case !errors.As(err, &exit):
		return notStarted(path, err)
	case words == "":
		return fmt.Errorf("%s: %w, and it does not say why", path, err)
	default:
		return &Refusal{Words: words}
	}
}

// notStarted says why there is no process.
func notStarted(path string, err error) error {
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("there is no program %s on PATH (a path has a /)", path)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such file", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: this user may not run it, or it is no program", path)
	case errors.Is(err, syscall.ENOEXEC):
		return fmt.Errorf("%s: it is no program of this kind of machine", path)
	}
	return err
}

var finalWords = regexp.MustCompile(`(?s)error initializing configuration '[^']*': (.*)$`)

// reason is what Envoy's log says of a refused config: its final words, and the lines that
// led there, without those that repeat them.
func reason(log string) string {
	found := finalWords.FindStringSubmatchIndex(log)
	if found == nil {
		return ""
	}
	words := strings.Join(strings.Fields(log[found[2]:found[3]]), " ")
	var before []string
	for line := range strings.Lines(log[:found[0]]) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "Plugin ") {
			before = append(before, line)
		}
	}
	if len(before) > 0 {
		words += " (" + strings.Join(before, "; ") + ")"
	}
	return words
}

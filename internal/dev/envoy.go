package dev

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/terminal"
)

// Levels are those of a module's log, in Envoy's words.
var Levels = []string{"trace", "debug", "info", "warning", "error", "critical"}

// Envoy is one that runs beside the server.
type Envoy struct {
	Path      string
	Bootstrap []byte // YAML
	Level     string // one of Levels: what the module logs below it is not shown
	Out       *Out
}

// lineFormat is level, logger, thread and message: for Envoy's --log-format.
const lineFormat = "%l|%n|%t|%v"

// Run starts the Envoy and follows its log until ctx is done. That the Envoy ends by itself is an error.
func (e Envoy) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "xds-server-dev-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "envoy.yaml")
	if err := os.WriteFile(file, e.Bootstrap, 0o600); err != nil {
		return err
	}
	// Its access log, on standard output, is dropped. One worker has one VM, and a line once.
	cmd := exec.CommandContext(ctx, e.Path, "-c", file, "--use-dynamic-base-id", "--concurrency", "1",
		"-l", "warning", "--component-log-level", "wasm:"+e.Level, "--log-format", lineFormat)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	log, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("--envoy: %w", err)
	}
	last := e.follow(ctx, log, strconv.Itoa(cmd.Process.Pid))
	err = cmd.Wait()
	if ctx.Err() != nil {
		return nil
	}
	if err == nil {
		return fmt.Errorf("envoy has ended: %s", last)
	}
	return fmt.Errorf("envoy has ended: %w: %s", err, last)
}

// follow shows the module's lines and what Envoy says of it, and returns the last line of an error. main is the thread on
// which Envoy tries a filter before its worker gets it: what the module says there it says again.
func (e Envoy) follow(ctx context.Context, log io.Reader, main string) (last string) {
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	shown := false // whether the line before was, of which this may be the rest
	for lines.Scan() {
		line := terminal.Text(lines.Text())
		parts := strings.SplitN(line, "|", 4)
		if len(parts) < 4 {
			if shown {
				e.Out.write("  " + line)
			}
			continue
		}
		level, text := parts[0], parts[3]
		severe := level == "error" || level == "critical"
		if severe {
			last = text
		}
		words, own := strings.CutPrefix(text, "wasm log ")
		switch {
		case ctx.Err() != nil:
			shown = false
		case own:
			shown = parts[2] != main || severe
			words = strings.TrimPrefix(words, "livefilter.module.")
			words = level + " " + words
		case parts[1] == "wasm":
			shown, words = true, "envoy "+level+" "+text
		default:
			shown, words = severe, "envoy "+level+" "+text
		}
		if shown {
			e.Out.write(words)
		}
	}
	_, _ = io.Copy(io.Discard, log) // a line was too long: Envoy must not wait for a reader
	return last
}

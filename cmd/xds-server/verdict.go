package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/render/static"
)

// verdictTime bounds how long an Envoy may take over a config: it starts every module.
const verdictTime = time.Minute

// envoyVerdict starts the resources of c as a static config in `envoy --mode validate`. An
// error that Envoy has with them is a config.Errors.
func envoyVerdict(ctx context.Context, envoy, file string, c *config.Config, resources []proto.Message) error {
	bootstrap, err := static.Bootstrap(resources)
	if err != nil {
		return err
	}
	text, err := protojson.Marshal(bootstrap)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "xds-server-validate-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "envoy.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, verdictTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, envoy, "--mode", "validate", "-c", path, "--log-level", "error", "--log-format", "%v")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	var exit *exec.ExitError
	switch words := reason(log.String()); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("--envoy: no verdict within %s", verdictTime)
	case !errors.As(err, &exit):
		return fmt.Errorf("--envoy: %w", err)
	case words == "":
		return fmt.Errorf("--envoy: %s: %w, and it does not say why", envoy, err)
	default:
		return blame(file, c, words)
	}
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

var (
	pluginNamed = regexp.MustCompile(`Wasm plugin (\S+)`)
	caFile      = regexp.MustCompile(`Invalid path: (\S+)`)
)

// blame finds the value that Envoy's words are about. Where they do not tell, it is the
// file as a whole.
func blame(file string, c *config.Config, words string) error {
	path := ""
	if found := pluginNamed.FindStringSubmatch(words); found != nil {
		for i, f := range c.Filters {
			if f.Name == found[1] {
				path = fmt.Sprintf("filters[%d]", i)
			}
		}
	} else if caFile.MatchString(words) { // the CAs of Envoy's own machine, the only file that it reads
		for i := len(c.Upstreams) - 1; i >= 0; i-- {
			if t := c.Upstreams[i].TLS; t != nil && t.CA == nil {
				path = fmt.Sprintf("upstreams[%d].tls", i)
			}
		}
	}
	e := config.Error{Position: c.Position(path), Path: path, Message: "envoy: " + words}
	if path == "" {
		e.Position = config.Position{File: file, Line: 1, Column: 1}
	}
	return config.Errors{e}
}

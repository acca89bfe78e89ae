//go:build torture

package torture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// keptState is the state that the server has kept in its folder: the one in which it read the
// config file. If it has kept none, that is one that never was.
func keptState(dir string) (int, error) {
	files, err := filepath.Glob(filepath.Join(dir, "livefilter-config-*"))
	if err != nil || len(files) == 0 {
		return math.MaxInt, err
	}
	text, err := os.ReadFile(slices.Max(files))
	if err != nil {
		return 0, err
	}
	_, body, _ := bytes.Cut(text, []byte("\n"))
	var kept struct {
		File     string            `json:"file"`
		Contents map[string][]byte `json:"contents"`
	}
	if err := json.Unmarshal(body, &kept); err != nil {
		return 0, fmt.Errorf("what the server has kept: %w", err)
	}
	n := 0
	_, err = fmt.Sscanf(string(kept.Contents[kept.File]), "# state %d", &n)
	return n, err
}

// brokenStart says whether a server has started over broken files and not answered yet.
func (j *judge) brokenStart() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.starting && !j.lowered.Before(j.started)
}

// isStarting says whether the server has not answered since its start.
func (j *judge) isStarting() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.starting
}

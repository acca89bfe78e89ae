//go:build torture

package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// disk is the folder with the files. One goroutine changes it.
type disk struct {
	dir   string
	judge *judge
	swaps int
}

// styles in which files are saved.
var styles = []string{"rename", "rename", "in place", "in pieces", "delete and write", "swap"}

// save makes the files say next. Files are changed one after the other in a random order,
// which makes states between, or, by a swap of the folder, all at once.
func (d *disk) save(ctx context.Context, rng *rand.Rand, what, style string, next content) error {
	now := d.judge.now()
	changes := changes(now.content, next)
	rng.Shuffle(len(changes), func(i, k int) { changes[i], changes[k] = changes[k], changes[i] })
	hold := time.Duration(rng.IntN([]int{50, 500, 4000}[rng.IntN(3)])) * time.Millisecond
	if style == "swap" {
		return d.swap(what+", swap", now.n+1, next)
	}
	between := now.content
	for _, file := range changes {
		take(&between, next, file)
		s := d.judge.begin(fmt.Sprintf("%s, %s %s", what, file, style), between)
		text, err := between.text(file, s.n)
		if err != nil {
			return err
		}
		if err := d.write(ctx, filepath.Join(d.dir, file), style, text, hold); err != nil {
			return err
		}
		d.judge.done()
	}
	return nil
}

// changes are the files that differ.
func changes(now, next content) (files []string) {
	for _, file := range []string{configFile, keysFile, moduleFile} {
		a, _ := now.text(file, 0)
		if b, _ := next.text(file, 0); string(a) != string(b) {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return []string{configFile} // a comment differs
	}
	return files
}

// take takes a file from next.
func take(c *content, next content, file string) {
	switch file {
	case configFile:
		c.config, c.broken = next.config, next.broken
	case keysFile:
		c.keys = next.keys
	default:
		c.stamp = next.stamp
	}
}

func (c content) text(file string, n int) ([]byte, error) {
	switch {
	case file == moduleFile:
		return moduleBytes(c.stamp)
	case file == keysFile:
		return []byte(strings.Join(c.keys, "\n")), nil
	case c.broken != "":
		return []byte(c.broken), nil
	}
	return []byte(c.config.yaml(n)), nil
}

func (d *disk) write(ctx context.Context, path, style string, text []byte, hold time.Duration) error {
	switch style {
	case "in place":
		return os.WriteFile(path, text, 0o600)
	case "delete and write":
		if err := os.Remove(path); err != nil {
			return err
		}
		pause(ctx, hold/50)
		return os.WriteFile(path, text, 0o600)
	case "in pieces":
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		half := len(text) / 2
		if _, err := f.Write(text[:half]); err != nil {
			return err
		}
		pause(ctx, hold)
		_, err = f.Write(text[half:])
		return err
	}
	next := path + ".next"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}

// pause ends early if ctx does.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

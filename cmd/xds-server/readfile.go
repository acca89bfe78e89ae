package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/prepare"
)

// readFile is the prepare.ReadFunc of commands that look at a config once. It never waits: what is
// not a regular file, a pipe or a device say, is an error. It returns at most one byte more
// than config takes, which is enough for config to say that the file is too large.
func readFile(path string) ([]byte, error) { return prepare.Environ(readDisk)(path) }

// stdinName is what "-" is called in errors. Files that a config on the standard input names are beside the working folder.
const stdinName = "<stdin>"

// configFile is the FILE of a command line: its name in errors, and how it and the files that it names are read. "-" is
// the standard input, which is read once.
func configFile(c *cobra.Command, arg string) (name string, read prepare.ReadFunc) {
	if arg != "-" {
		return arg, readFile
	}
	return stdinName, prepare.Environ(func(path string) ([]byte, error) {
		if path != stdinName {
			return readDisk(path)
		}
		type result struct {
			data []byte
			err  error
		}
		done := make(chan result, 1)
		go func() { // a terminal's input may never end, and cannot be interrupted
			data, err := io.ReadAll(io.LimitReader(c.InOrStdin(), config.MaxModuleBytes+1))
			done <- result{data, err}
		}()
		select {
		case r := <-done:
			return r.data, r.err
		case <-c.Context().Done():
			return nil, errors.New("interrupted")
		}
	})
}

func readDisk(path string) ([]byte, error) {
	// Without O_NONBLOCK, opening a pipe waits for somebody to write to it.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("not a regular file")}
	}
	return io.ReadAll(io.LimitReader(f, config.MaxModuleBytes+1))
}

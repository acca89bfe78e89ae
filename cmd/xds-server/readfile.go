package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/prepare"
)

// readFile is the prepare.ReadFunc of commands that look at a config once. It never waits: what is
// not a regular file, a pipe or a device say, is an error. It returns at most one byte more
// than config takes, which is enough for config to say that the file is too large.
func readFile(path string) ([]byte, error) { return prepare.Environ(readDisk)(path) }

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

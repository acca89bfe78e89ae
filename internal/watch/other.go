//go:build !linux

package watch

import (
	"io/fs"
	"os"
	"time"
)

func newLease(file *os.File) lease { return lease{file, unknown} }

func (l lease) broken() bool { return false }

func (l lease) release() {}

func changeTime(info fs.FileInfo) time.Time { return info.ModTime() }

func links(fs.FileInfo) uint64 { return 1 }

// Mounted says nothing: how files are mounted is not known here.
func Mounted(string) bool { return false }

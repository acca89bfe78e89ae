package watch

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// changeTime is when the kernel last changed anything about the file. Unlike the modification
// time nobody can set it.
func changeTime(info fs.FileInfo) time.Time {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(s.Ctim.Unix())
	}
	return info.ModTime()
}

// links is how many names the file has. One that can be reached and has none was deleted, or
// another was renamed over it, in the folder that it is mounted from.
func links(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Nlink)
	}
	return 1
}

var unescape = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

// Mounted says whether path is itself mounted, as with `docker run -v FILE:FILE` and
// Kubernetes' subPath.
func Mounted(path string) bool {
	path, err := filepath.Abs(path)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return false
	}
	mounts, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return false
	}
	defer mounts.Close()
	for lines := bufio.NewScanner(mounts); lines.Scan(); {
		// The fifth field is the mount point, see proc(5).
		if f := strings.Fields(lines.Text()); len(f) > 4 && unescape.Replace(f[4]) == path {
			return true
		}
	}
	return false
}

package doctor

import (
	"io/fs"
	"syscall"
)

// ownerOf is the ID of the user that a file belongs to, -1 where the system does not say.
func ownerOf(info fs.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid)
	}
	return -1
}

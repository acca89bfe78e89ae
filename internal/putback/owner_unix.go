//go:build unix

package putback

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// give gives a file that this process made the owner and the group of another. A file whose owner
// could not edit it any more would be no help.
func give(name string, like os.FileInfo) error {
	info, err := os.Stat(name)
	if err != nil {
		return words(err)
	}
	is, ok := info.Sys().(*syscall.Stat_t)
	want, ok2 := like.Sys().(*syscall.Stat_t)
	if !ok || !ok2 || is.Uid == want.Uid && is.Gid == want.Gid {
		return nil
	}
	err = os.Chown(name, int(want.Uid), int(want.Gid))
	if errors.Is(err, syscall.EPERM) {
		return fmt.Errorf("it belongs to user %d and group %d, and this server (user %d) cannot give them a file: run the server as that user, or put the file back from your own copy",
			want.Uid, want.Gid, os.Getuid())
	}
	return err
}

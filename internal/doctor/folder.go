package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// StateFolder is about the folder of serve --state-dir, which serve makes where it is missing.
func StateFolder(dir string) []Finding {
	about := "state folder " + dir
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		above := filepath.Dir(filepath.Clean(dir))
		for above != filepath.Dir(above) && !there(above) { // serve makes all that are missing
			above = filepath.Dir(above)
		}
		if err := writable(above); err != nil {
			return []Finding{fault(about, "make it, for the server's user alone (mode 0700)", "it is not there, and in %s it cannot be made: %v", above, err)}
		}
		return []Finding{ok(about, "it is not there yet, serve makes it")}
	case err != nil:
		return []Finding{fault(about, "", "%v", errors.Unwrap(err))}
	case !info.IsDir():
		return []Finding{fault(about, "name a folder", "it is a file")}
	}
	var all []Finding
	if err := writable(dir); err != nil {
		all = append(all, fault(about, "let the server's user write there", "nothing can be kept in it: %v", err))
	}
	if info.Mode()&0o077 != 0 {
		all = append(all, warning(about, "chmod 700 "+dir, "it is not for the server alone, and holds keys and values (mode %04o)", info.Mode().Perm()))
	}
	var space unix.Statfs_t
	if unix.Statfs(dir, &space) == nil && space.Blocks > 0 && space.Bavail == 0 {
		all = append(all, fault(about, "make room", "the disk is full: nothing can be kept in it"))
	}
	if all == nil {
		all = []Finding{ok(about, "the server alone may read it, and this user can write it")}
	}
	return all
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func writable(dir string) error { return unix.Access(dir, unix.W_OK|unix.X_OK) }

package doctor

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/livefilter/livefilter/internal/config"
)

// read is a file that a config is or names.
type read struct {
	path   string
	public bool // a module or a certificate: no secret
}

// Reads remembers what is read.
type Reads struct {
	file string
	all  []read
	seen map[string]bool
}

// Remember returns a function that reads as next does. The first file that is read is the config.
func (r *Reads) Remember(next func(path string) ([]byte, error)) func(path string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		data, err := next(path)
		if _, variable := config.Variable(path); err == nil && !variable && !r.seen[path] {
			if r.seen == nil {
				r.seen, r.file = map[string]bool{}, path
			}
			r.seen[path] = true
			r.all = append(r.all, read{path, isPublic(data)})
		}
		return data, err
	}
}

func isPublic(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\x00asm")) || bytes.Contains(data, []byte("BEGIN CERTIFICATE")) && !bytes.Contains(data, []byte("PRIVATE KEY"))
}

// Rights is about who else may change or read what was read. mounted says whether a path is itself a mount.
func (r *Reads) Rights(mounted func(path string) bool) (all []Finding) {
	folders := map[string]bool{}
	for _, f := range r.all {
		info, err := os.Stat(f.path)
		if err != nil {
			continue // it was there a moment ago: an edit
		}
		all = append(all, fileRights(f, info, f.path != r.file)...)
		if mounted(f.path) {
			all = append(all, fault(f.path, "mount its folder", "the file itself is mounted: an edit by rename (vim, sed -i) is never seen"))
		}
		if folder := filepath.Dir(f.path); !folders[folder] {
			folders[folder] = true
			all = append(all, folderRights(folder)...)
		}
	}
	if len(all) == 0 && len(r.all) > 0 {
		all = []Finding{ok("rights", "no other user of this machine can change the config, or read the secrets in files that it names (%s)", count(len(r.all), "file"))}
	}
	return all
}

func fileRights(f read, info fs.FileInfo, named bool) (all []Finding) {
	open := exposed(f.path)
	if open && info.Mode()&0o002 != 0 {
		all = append(all, fault(f.path, "chmod o-w "+f.path, "any user of this machine can change it, and with it what Envoys run (mode %04o)", info.Mode().Perm()))
	}
	if open && named && !f.public && info.Mode()&0o004 != 0 {
		all = append(all, warning(f.path, "chmod o-r "+f.path, "any user of this machine can read it, and it may hold secrets (mode %04o)", info.Mode().Perm()))
	}
	// Leases are for a file's owner, see fcntl(2), F_SETLEASE.
	if owner, me := ownerOf(info), os.Geteuid(); owner >= 0 && me != 0 && owner != me {
		all = append(all, warning(f.path, fmt.Sprintf("run the server as user %d, or chown the file", owner),
			"it belongs to user %d: a server of user %d cannot see when a writer is done, and waits for 100 ms of quiet", owner, me))
	}
	return all
}

func folderRights(folder string) (all []Finding) {
	info, err := os.Stat(folder)
	if err != nil {
		return nil
	}
	if exposed(folder) && info.Mode()&0o002 != 0 && info.Mode()&fs.ModeSticky == 0 {
		all = append(all, fault(folder, "chmod o-w "+folder, "any user of this machine can put another file in the place of one in it (mode %04o)", info.Mode().Perm()))
	}
	if unix.Access(folder, unix.R_OK) != nil {
		all = append(all, warning(folder, "chmod u+r "+folder, "this user may not list it: edits are seen by polling only"))
	}
	return all
}

// exposed says whether all users get to path, through the folders above it.
func exposed(path string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return true
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	for folder := filepath.Dir(path); ; folder = filepath.Dir(folder) {
		if info, err := os.Stat(folder); err == nil && info.Mode()&0o001 == 0 {
			return false
		}
		if folder == filepath.Dir(folder) {
			return true
		}
	}
}

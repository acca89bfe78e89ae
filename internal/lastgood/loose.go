package lastgood

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// others are the rights of those that a file does not belong to.
const others = 0o077

// Loose is why others than the folder's owner may read or change what is in it, nil if they may not.
// Open takes their rights away where it can, but for those to a folder that has other files in it too.
func (d *Dir) Loose() error { return d.loose }

func (d *Dir) tighten() error {
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return nil //nolint:nilerr // the next use says so
	}
	ours := []string{"."}
	shared := false
	for _, e := range entries {
		switch name := e.Name(); {
		case configName.MatchString(name), name1.MatchString(name), beside.MatchString(name):
			ours = append(ours, name)
		case name != lockName && name != newName:
			shared = true
		}
	}
	for _, name := range slices.Backward(ours) { // the folder last
		info, err := d.root.Lstat(name)
		if err != nil || name != "." && !info.Mode().IsRegular() || info.Mode()&others == 0 {
			continue
		}
		err = errors.New("it has other files too; give the server a folder of its own")
		if name != "." || !shared && info.Mode()&fs.ModeSticky == 0 {
			err = d.root.Chmod(name, info.Mode().Perm()&^others)
		}
		if err != nil {
			return fmt.Errorf("state folder %s: others have rights to it (mode %04o): %w", d.path, info.Mode().Perm(), cause(err))
		}
	}
	return nil
}

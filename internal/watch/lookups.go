package watch

import (
	"os"
	"path/filepath"
	"strings"
)

// lookups calls look for each name on the way to path whose meaning may change: the symlinks,
// the file itself, and the first name that does not exist, each with the folder that holds it.
func lookups(path string, look func(folder, name string)) {
	const separator = string(filepath.Separator)
	root := filepath.VolumeName(path) + separator
	folder, rest := root, strings.Split(path[len(root)-1:], separator)
	for hops := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			folder = filepath.Dir(folder)
			continue
		}
		full := filepath.Join(folder, name)
		info, err := os.Lstat(full)
		switch {
		case err == nil && info.Mode()&os.ModeSymlink != 0:
			look(folder, name)
			target, err := os.Readlink(full)
			if hops++; err != nil || hops > 40 { // as many as the kernel follows
				return
			}
			if filepath.IsAbs(target) {
				folder = root
			}
			rest = append(strings.Split(target, separator), rest...)
		case err == nil && info.IsDir():
			folder = full
			if len(rest) == 0 {
				look(filepath.Dir(folder), name)
			}
		default:
			look(folder, name)
			return
		}
	}
}

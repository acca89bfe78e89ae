package prepare

import (
	"io/fs"
	"os"

	"github.com/livefilter/livefilter/internal/config"
)

// Environ is read, and gets variables of this process's environment where config asks for one.
// What a config that was kept had of them is kept with it: they may be gone after a restart.
func Environ(read ReadFunc) ReadFunc {
	return func(name string) ([]byte, error) {
		variable, ok := config.Variable(name)
		if !ok {
			return read(name)
		}
		value, ok := os.LookupEnv(variable)
		if !ok {
			return nil, &fs.PathError{Op: "look up", Path: variable, Err: fs.ErrNotExist}
		}
		return []byte(value), nil
	}
}

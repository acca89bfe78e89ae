package prepare

import (
	"errors"
	"io/fs"
)

// Transient is an error that does not lie in the bytes of the config: they may be good later.
type Transient struct{ Err error }

func (t Transient) Error() string { return t.Err.Error() }

// Unwrap returns what went wrong.
func (t Transient) Unwrap() error { return t.Err }

// IsTransient says whether the same bytes are worth another try.
func IsTransient(err error) bool {
	var t Transient
	return errors.As(err, &t)
}

// noting sets unread if read fails for a reason other than that there is no such file, which
// only a change of the files mends: no permission, say, or no file descriptor left.
func noting(unread *bool, read ReadFunc) ReadFunc {
	return func(path string) ([]byte, error) {
		data, err := read(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			*unread = true
		}
		return data, err
	}
}

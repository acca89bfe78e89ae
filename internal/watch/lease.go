package watch

import (
	"errors"
	"io"
	"os"
	"slices"
)

// writers says whether somebody has a file open for writing.
type writers int

const (
	unknown writers = iota // there is no way to tell here
	none                   // nobody, and nobody will until the lease is released
	some
)

// lease is what the kernel said about an open file's writers.
type lease struct {
	file    *os.File
	writers writers
}

var errBroken = errors.New("somebody opened the file for writing")

// chunk is what is read between two looks at whether a writer waits: well under a millisecond.
const chunk = 1 << 20

// read reads the file to its end, or a little more than limit bytes of it. errBroken: a writer
// waits for the lease, or got in.
func (l lease) read(size, limit int64) ([]byte, error) {
	data := make([]byte, 0, size+1)
	for {
		data = slices.Grow(data, 1)
		n, err := l.file.Read(data[len(data):min(cap(data), len(data)+chunk)])
		data = data[:len(data)+n]
		if l.broken() {
			return nil, errBroken
		}
		if err == io.EOF || int64(len(data)) > limit {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

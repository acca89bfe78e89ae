package live

import (
	"time"

	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/timeline"
)

// collect keeps what is read in contents.
func collect(contents map[string][]byte, read prepare.ReadFunc) prepare.ReadFunc {
	return func(name string) ([]byte, error) {
		data, err := read(name)
		if err == nil {
			contents[name] = data
		}
		return data, err
	}
}

// saved notes in edit when the newest of the files was saved. A timestamp that is not from
// just now says when the content was made, and not when it came here.
func (l *Live) saved(edit *timeline.Edit, read prepare.ReadFunc) prepare.ReadFunc {
	const credible = 5 * time.Second
	edit.Saved = edit.Seen
	newest := time.Time{}
	return func(name string) ([]byte, error) {
		if l.Saved != nil {
			if at := l.Saved(name); at.After(newest) {
				newest = at
				if age := edit.Seen.Sub(newest); age > 0 && age < credible {
					edit.Saved = newest
				}
			}
		}
		return read(name)
	}
}

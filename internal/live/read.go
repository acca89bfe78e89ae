package live

import (
	"errors"
	"time"

	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/source"
	"github.com/livefilter/livefilter/internal/timeline"
)

// reader keeps what a load reads.
type reader struct {
	read     prepare.ReadFunc
	contents map[string][]byte // by name
	old      bool              // source.ErrChanged: another load follows
}

func (r *reader) file(name string) ([]byte, error) {
	data, err := r.read(name)
	if err == nil {
		r.contents[name] = data
	}
	r.old = r.old || errors.Is(err, source.ErrChanged)
	return data, err
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

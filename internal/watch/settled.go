package watch

import "path/filepath"

// Settled says whether what is on disk now is what the last load was given, and that load is
// done: if not, it gives the reason in plain words, such as "livefilter.yaml is open for
// writing". It looks at the disk itself, so who saved a moment ago is never told about the
// content before. Ask it before looking at what load made of the content, not after.
// It may be called from any goroutine.
func (f *Files) Settled() (reason string, ok bool) {
	reason = f.unsettled()
	if reason == "" {
		return "", true
	}
	f.wake() // where no event comes, let who asks not wait for the next poll
	return reason, false
}

func (f *Files) unsettled() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, x := range f.files {
		name := filepath.Base(x.path)
		switch wait, _ := x.look(); {
		case wait != "":
			return name + " " + wait
		case x.lost:
			return name + " was replaced or deleted where it is mounted from, what is there now cannot be seen: mount its folder instead"
		case x.given != nil && x.due(f.refused):
			return name + " has changed and is not loaded yet"
		}
	}
	if f.loading || f.again.Load() {
		return "a load is not done yet"
	}
	return ""
}

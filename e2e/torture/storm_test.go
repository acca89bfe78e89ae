//go:build torture

package torture

import (
	"context"
	"time"

	"github.com/livefilter/livefilter/internal/live"
)

// storm is edits and faults at random.
func (r *run) storm(ctx context.Context, lasts time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, lasts)
	all := r.faults()
	m := &mischief{busy: map[string]bool{}}
	for ctx.Err() == nil {
		switch n := r.rng.IntN(100); {
		case n < 55:
			r.edit(ctx)
		case n < 70:
			r.breakIt(ctx)
		default:
			name := r.editor.oneOf(names(all))
			if lasts, ok := m.begin(ctx, r.rng, all[name]); ok {
				r.log.add(name, "for %d ms", lasts.Milliseconds())
			}
		}
		pause(ctx, time.Duration(r.rng.IntN(600))*time.Millisecond)
	}
	cancel()
	m.under.Wait()
}

// oneOf returns what one of changes makes of the latest valid content, and its name.
func (r *run) oneOf(changes map[string]func(*editor, *content)) (name string, next content) {
	name = r.editor.oneOf(names(changes))
	r.editor.n++
	next = r.good
	next.config = next.config.clone()
	changes[name](r.editor, &next)
	return name, next
}

// edit makes the files say something else that is valid.
func (r *run) edit(ctx context.Context) {
	name, next := r.oneOf(edits)
	r.save(ctx, "edit: "+name, r.editor.oneOf(styles), next)
	r.good = next
}

func (r *run) breakIt(ctx context.Context) {
	name, next := r.oneOf(breaks)
	r.save(ctx, "broken: "+name, r.editor.oneOf(styles), next)
}

func (r *run) save(ctx context.Context, what, style string, next content) {
	before := r.judge.now().n
	if err := r.disk.save(ctx, r.rng, what, style, next); err != nil {
		r.judge.fail("%s: %v", what, err)
	}
	r.log.add(what, "%s: state %d to %d", style, before+1, r.judge.now().n)
}

// calm waits, without faults and over valid files, until everything is live and every
// answer shows it.
func (r *run) calm(ctx context.Context) {
	began := time.Now()
	r.save(ctx, "calm", "rename", r.good)
	want, st, err := r.judge.now(), live.Status{}, error(nil)
	for {
		if st, err = r.status(ctx); err == nil && st.Live && r.judge.shown(want.n) {
			break
		}
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > patience {
			r.judge.fail("not live %s after the last fault: %+v, %v", patience, st, err)
			return
		}
		pause(ctx, sampleEvery/4)
	}
	r.calms = append(r.calms, time.Since(began)-settle)
	r.log.add("all live", "after %d ms", time.Since(began).Milliseconds())
	pause(ctx, settle)
}

// shown says whether both Envoys are claimed to show a state, and nothing older is right.
func (j *judge) shown(n int) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := time.Now()
	return j.lowOf(0, now) >= n && j.lowOf(1, now) >= n && !j.fleet[0].down && !j.fleet[1].down
}

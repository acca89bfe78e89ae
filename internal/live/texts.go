package live

import (
	"slices"
	"sync"

	"github.com/livefilter/livefilter/internal/redact"
)

// heldTexts is how many of the latest configs an Envoy's words may be about.
const heldTexts = 8

// texts are those of the configs that were served last: what an Envoy says may be about one that
// was replaced meanwhile.
type texts struct {
	mu     sync.Mutex
	all    []ofVersion
	joined *redact.Texts // of all
}

type ofVersion struct {
	version string
	texts   *redact.Texts
}

func (t *texts) add(version string, of *redact.Texts) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = slices.DeleteFunc(t.all, func(o ofVersion) bool { return o.version == version })
	t.all = append(t.all, ofVersion{version, of})
	t.all = t.all[max(0, len(t.all)-heldTexts):]
	each := make([]*redact.Texts, len(t.all))
	for i, of := range t.all {
		each[i] = of.texts
	}
	t.joined = redact.Join(each...)
}

func (t *texts) hide(words string) string {
	t.mu.Lock()
	joined := t.joined
	t.mu.Unlock()
	return joined.Hide(words)
}

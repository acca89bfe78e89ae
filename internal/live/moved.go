package live

import "github.com/livefilter/livefilter/internal/config"

// moved names the filters that run in another chain by c than by old, which may be nil:
// with retry a filter runs in the upstream's cluster, without it in the listener, whose
// open connections keep the chain that they began with.
func moved(old, c *config.Config) (names []string) {
	if old == nil {
		return nil
	}
	eachTry := map[string]bool{}
	for _, f := range old.Filters {
		eachTry[f.Name] = f.EachTry()
	}
	for _, f := range c.Filters {
		if before, ok := eachTry[f.Name]; ok && before != f.EachTry() {
			names = append(names, f.Name)
		}
	}
	return names
}

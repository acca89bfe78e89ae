package live

import "github.com/livefilter/livefilter/internal/config"

// moved names the filters that run in another chain by c than by old, which may be nil:
// with retry a filter runs in the upstream's cluster, without it in the listener, whose
// open connections keep the chain that they began with.
func moved(old, c *config.Config) (names []string) {
	if old == nil {
		return nil
	}
	retries := map[string]bool{}
	for _, f := range old.Filters {
		retries[f.Name] = f.Retry != nil
	}
	for _, f := range c.Filters {
		if before, ok := retries[f.Name]; ok && before != (f.Retry != nil) {
			names = append(names, f.Name)
		}
	}
	return names
}

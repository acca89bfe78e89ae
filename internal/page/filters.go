package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/config"
)

// filter is one of the config, in words that have no value of it.
type filter struct {
	Name, Kind, For, Retry string
	Pools                  []pool
}

func filtersOf(v View) (all []filter) {
	pools := poolsOf(v)
	for _, f := range v.Config.Filters {
		one := filter{Name: f.Name, Kind: kind(f), For: f.Match.String()}
		if f.Retry != nil {
			one.Retry = fmt.Sprintf("up to %d tries after %s", f.Retry.Tries, strings.Join(append(slices.Clone(f.Retry.On), f.Retry.GRPC...), ", "))
		}
		one.Pools, pools = pools[:len(f.Rules())], pools[len(f.Rules()):]
		all = append(all, one)
	}
	return all
}

// kind is what a filter is.
func kind(f config.Filter) string {
	switch {
	case f.Mutate != nil:
		var parts []string
		for _, m := range []struct {
			of string
			is config.Mutations
		}{{"request", f.Mutate.Request}, {"response", f.Mutate.Response}} {
			var names []string
			for _, h := range slices.Concat(m.is.Set, m.is.Append, m.is.Default) {
				names = append(names, h.Name)
			}
			if names = append(names, m.is.Remove...); len(names) > 0 {
				parts = append(parts, m.of+" "+strings.Join(names, ", "))
			}
		}
		return "changes headers: " + strings.Join(parts, "; ")
	case f.Typed != nil:
		return "Envoy's " + f.Typed.TypeURL[strings.LastIndexByte(f.Typed.TypeURL, '/')+1:]
	case f.Module != nil:
		text := "module " + f.Module.Path
		if f.Module.ConfigFrom != "" {
			text += ", config from " + f.Module.ConfigFrom
		}
		return text + ", after a crash: " + f.Module.Fail
	}
	return "built in"
}

package try

import (
	"fmt"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/snapshot"
)

// Filters are the filters of c, or the one that --filter names only, and where each stands in c.
func Filters(c *config.Config, only string) (filters []Filter, at []int, err error) {
	var names []string
	for i, f := range c.Filters {
		names = append(names, f.Name)
		if only != "" && f.Name != only {
			continue
		}
		out := Filter{Match: f.Match, Mutate: f.Mutate, Plugin: preflight.Plugin{Name: f.Name}}
		if f.Typed != nil {
			out.Typed = f.Typed.TypeURL[strings.LastIndexByte(f.Typed.TypeURL, '.')+1:]
		}
		if f.Wasm() {
			plugin, err := snapshot.Plugin(f)
			if err != nil {
				return nil, nil, err
			}
			out.Plugin = preflight.Plugin{
				Name: f.Name, VMID: plugin.VMID, Code: plugin.Code, Config: []byte(plugin.Configuration),
				VMConfig: []byte(plugin.VMConfiguration), Env: plugin.Env,
				Upstreams: c.Callable(f), EachTry: f.EachTry(),
			}
		}
		for _, h := range f.Rules() {
			out.Rules = append(out.Rules, rule(h))
		}
		filters, at = append(filters, out), append(at, i)
	}
	if only != "" && filters == nil {
		return nil, nil, &UnknownFilterError{only, names}
	}
	return filters, at, nil
}

// UnknownFilterError is for a filter that is not in the config.
type UnknownFilterError struct {
	Name  string
	Names []string // those that are there
}

func (e *UnknownFilterError) Error() string {
	return fmt.Sprintf("--filter %q: there is no such filter, only %s", e.Name, strings.Join(e.Names, ", "))
}

// Retries says when Envoy sends a request again, as the retry policy of snapshot has it.
func Retries(c *config.Config, only string) Retry {
	for _, f := range c.Filters {
		if f.Retry == nil || only != "" && f.Name != only {
			continue
		}
		header := snapshot.RetryHeader
		var next []string
		if f.Balance != nil {
			next = f.Balance.Upstreams
		}
		if f.Module != nil || next != nil {
			header = ""
		}
		return Retry{Tries: f.Retry.Tries, Header: header, Next: next, Again: func(method string, status int) bool {
			code := fmt.Sprint(status)
			return (f.Retry.NonIdempotent || slices.Contains(idempotent, method)) &&
				(header != "" || slices.Contains(f.Retry.On, code) || slices.Contains(f.Retry.On, code[:1]+"xx"))
		}}
	}
	return Retry{}
}

// idempotent are the methods that snapshot's route sends again unless told otherwise.
var idempotent = []string{"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}

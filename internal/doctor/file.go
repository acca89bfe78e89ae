package doctor

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/prepare"
)

// File is what came of preparing the config file.
func File(file string, p *prepare.Prepared, err error) (all []Finding) {
	var wrong config.Errors
	var unread *fs.PathError
	switch {
	case errors.As(err, &wrong):
		for _, e := range wrong {
			all = append(all, fault("", "", "%s", e.Error()))
		}
		return all
	case errors.As(err, &unread):
		return []Finding{fault(file, "name the config, or let this user read it", "%v", unread.Err)}
	case err != nil:
		return []Finding{fault(file, "", "%s", err.Error())}
	}
	all = append(all, ok(file, "serve would take it: %s, %s", count(len(p.Config.Filters), "filter"), count(len(p.Config.Upstreams), "upstream")))
	for _, w := range p.Warnings {
		all = append(all, warning("", "", "%s", w))
	}
	return all
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

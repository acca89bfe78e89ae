package summary

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/live"
)

// Server is what one of several servers says; Err is why it says nothing.
type Server struct {
	Address string
	Status  live.Status
	Err     error
}

// Servers serve the same config to one fleet, each to its own Envoys.
type Servers []Server

// alone is the status of a server without others, which answers.
func (all Servers) alone() (s live.Status, alone bool) {
	if len(all) == 1 && all[0].Err == nil {
		return all[0].Status, true
	}
	return s, false
}

// Err is why not all of them answer.
func (all Servers) Err() error {
	var errs []error
	for _, s := range all {
		errs = append(errs, s.Err)
	}
	return errors.Join(errs...)
}

// Live says whether all serve the same and every Envoy that counts runs it.
func (all Servers) Live() bool {
	if s, alone := all.alone(); alone {
		return s.Live
	}
	return len(all) > 0 && all.why(State) == ""
}

// Refusal is the first of them: see the function.
func (all Servers) Refusal() error {
	for _, s := range all {
		if s.Err != nil {
			continue
		}
		if err := Refusal(s.Status); err != nil {
			return all.at(s, err)
		}
	}
	return nil
}

// at says which server an error is from, where there are several.
func (all Servers) at(s Server, err error) error {
	if len(all) == 1 {
		return err
	}
	return fmt.Errorf("%s: %w", s.Address, err)
}

// Missing says what they still lack to be live.
func (all Servers) Missing() string {
	if s, alone := all.alone(); alone {
		return Missing(s)
	}
	return all.why(Missing)
}

// why they are not live, "" where they are; say has the words for one of them. Versions that differ come first:
// nothing else shows them.
func (all Servers) why(say func(live.Status) string) string {
	var reasons []string
	if versions := all.Versions(); len(versions) > 1 {
		reasons = append(reasons, "the servers serve different versions: "+strings.Join(versions, ", "))
	}
	there, connected := all.there(), 0
	for _, s := range all {
		connected += s.Status.Connected
		if s.Err != nil {
			reasons = append(reasons, s.Address+" does not answer")
		} else if !fine(s.Status, there) {
			reasons = append(reasons, s.Address+": "+strings.TrimPrefix(say(s.Status), notLive))
		}
	}
	if connected == 0 && all.Err() == nil {
		reasons = append(reasons, "no Envoy is connected")
	}
	return strings.Join(reasons, "; ")
}

// differ says whether those that answer are enough to know that it is not live.
func (all Servers) differ() bool {
	there := all.there()
	return len(all.Versions()) > 1 || slices.ContainsFunc(all, func(s Server) bool { return s.Err == nil && !fine(s.Status, there) })
}

// Versions are the versions that are served, each with its servers.
func (all Servers) Versions() (each []string) {
	servers := map[string][]string{}
	for _, s := range all {
		if s.Err == nil {
			servers[s.Status.Version] = append(servers[s.Status.Version], s.Address)
		}
	}
	for _, v := range slices.Sorted(maps.Keys(servers)) {
		each = append(each, fmt.Sprintf("%s at %s", dash(v), strings.Join(servers[v], " and ")))
	}
	return each
}

// fine says whether nothing at a server stands against live, now that the others are known: it needs no Envoy of
// its own, and one that left it may be there, at another one.
func fine(s live.Status, there map[string]bool) bool {
	if s.Error != nil || s.Connected < s.Expected {
		return false
	}
	return !slices.ContainsFunc(s.Nodes, func(n node) bool { return n.Counts && !n.Live && (n.Left.IsZero() || !there[n.ID]) })
}

// there are the IDs of the Envoys that are connected to any of them.
func (all Servers) there() map[string]bool {
	ids := map[string]bool{}
	for _, s := range all {
		for _, n := range s.Status.Nodes {
			if n.Left.IsZero() {
				ids[n.ID] = true
			}
		}
	}
	return ids
}

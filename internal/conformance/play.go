package conformance

import (
	"fmt"
	"slices"
	"time"
)

// Host is something that the filter runs in. It ends the test by itself when it cannot do what it should.
type Host interface {
	Wait(time.Duration)
	// Edit changes the plugin configuration, for each exchange after it.
	Edit(config string)
	// Exchange lets the step's request and response through the filter, once, and returns what the two ends saw.
	Exchange(Step) (upstream, downstream Headers)
}

// Headers returns the values of a header of a message; nil stands for a message that did not come that far.
type Headers func(name string) []string

// Play plays the case's steps. The error says what was not as the table has it.
func (c Case) Play(h Host) error {
	for i, s := range c.Steps {
		if err := s.Play(h); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	return nil
}

// Play plays one step.
func (s Step) Play(h Host) error {
	switch {
	case s.Wait > 0:
		h.Wait(s.Wait)
		return nil
	case s.Edit != "":
		h.Edit(s.Edit)
		return nil
	}
	seen := map[[2]string]bool{}
	for range max(1, s.Times) {
		upstream, downstream := h.Exchange(s)
		if err := s.Upstream.check(upstream, seen); err != nil {
			return fmt.Errorf("upstream: %w", err)
		}
		if err := s.Downstream.check(downstream, nil); err != nil {
			return fmt.Errorf("downstream: %w", err)
		}
	}
	for name, values := range s.Upstream {
		for _, value := range values {
			if s.Every && !seen[[2]string{name, value}] {
				return fmt.Errorf("%s never was %q", name, value)
			}
		}
	}
	return nil
}

// Want is what one end must see: header -> the values that it may have; with none, it must not be there.
type Want map[string][]string

// check notes in seen, unless that is nil, which values there were.
func (w Want) check(got Headers, seen map[[2]string]bool) error {
	if got == nil && len(w) > 0 {
		return fmt.Errorf("nothing came there")
	}
	for name, admitted := range w {
		values := got(name)
		switch {
		case len(values) == 0 && len(admitted) == 0:
		case len(values) != 1 || !slices.Contains(admitted, values[0]):
			return fmt.Errorf("%s is %q, want one of %q", name, values, admitted)
		case seen != nil:
			seen[[2]string{name, values[0]}] = true
		}
	}
	return nil
}

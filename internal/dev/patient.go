package dev

import (
	"context"
	"errors"

	"github.com/livefilter/livefilter/internal/source"
)

// Patient is the source of a server that waits: for the first build, for a build that runs, and at its start for a config
// that is good. A server alone ends over a broken one.
type Patient struct {
	source.Source
	Builder *Builder
	// Judge says what is wrong with what read has, before anything is served.
	Judge func(read func(string) ([]byte, error)) error
	Out   *Out
}

// Run is that of source.Source.
func (p *Patient) Run(ctx context.Context, load func(read func(string) ([]byte, error)) error) error {
	select {
	case <-p.Builder.good:
	case <-ctx.Done():
		return nil
	}
	served := false
	return p.Source.Run(ctx, func(read func(string) ([]byte, error)) error {
		p.Builder.mu.RLock()
		defer p.Builder.mu.RUnlock()
		if !served {
			old := false
			err := p.Judge(func(name string) ([]byte, error) {
				data, err := read(name)
				old = old || errors.Is(err, source.ErrChanged)
				return data, err
			})
			if old {
				return source.ErrChanged
			}
			if err != nil {
				p.Out.bad("not served: %v", err)
				return err
			}
			served = true
		}
		return load(read)
	})
}

// Package prepare takes a config file through everything that can fail before anything is
// served: it is read, parsed, built into resources, validated and started in process. Serve,
// plan, validate and render judge a file alike since all of them ask here.
package prepare

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/redact"
	"github.com/livefilter/livefilter/internal/snapshot"
	"github.com/livefilter/livefilter/internal/xds"
)

// ReadFunc gets the content of a file that the config is or names.
type ReadFunc = func(path string) ([]byte, error)

// Prepared is a config that may be served.
type Prepared struct {
	Config    *config.Config
	Resources []proto.Message
	Snapshot  *xds.Snapshot // Resources, packed
	Texts     *redact.Texts // of Config, which must not be shown
	Warnings  []string      // what only an Envoy, or DNS, can tell
	Steps     []Step
}

// Step is a part of the way from the file to the Envoys, and how long it took. Preflight runs
// beside build and pack; where these fail its verdict is of no interest.
type Step struct {
	Name string
	Took time.Duration
}

// File takes the config file through every check. An error that lies in the file is a
// config.Errors; one that is Transient may be gone at the next try. Where err is not nil the
// result has the steps that were taken, and no more.
func File(ctx context.Context, checker *preflight.Checker, file string, read ReadFunc) (*Prepared, error) {
	return prepare(ctx, checker, file, read, false)
}

// Filters is File for Envoys that take the filters alone: modules call what clusters these have.
func Filters(ctx context.Context, checker *preflight.Checker, file string, read ReadFunc) (*Prepared, error) {
	return prepare(ctx, checker, file, read, true)
}

func prepare(ctx context.Context, checker *preflight.Checker, file string, read ReadFunc, others bool) (*Prepared, error) {
	p := &Prepared{}
	var data []byte
	unread := false
	read = noting(&unread, read)
	var err error
	p.Steps, err = take(
		step{"read", func() (err error) {
			if data, err = read(file); err != nil {
				return Unreadable(err)
			}
			return nil
		}},
		step{"parse", func() (err error) { p.Config, err = config.Parse(file, data, read); return err }},
	)
	if err != nil && unread {
		err = Transient{err}
	}
	if err != nil {
		return p, err
	}
	p.Texts = textsOf(p.Config)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var flight sync.WaitGroup
	var flown []Step
	var flightErr error
	flight.Go(func() {
		flown, flightErr = take(step{"preflight", func() (err error) { p.Warnings, err = fly(ctx, checker, p.Config, p.Texts, others); return err }})
	})
	made, err := take(
		step{"build", func() (err error) { p.Resources, err = snapshot.Build(p.Config); return err }},
		step{"pack", func() (err error) { p.Snapshot, err = pack(p.Config, p.Resources); return err }},
	)
	p.Steps = append(p.Steps, made...)
	if err != nil {
		cancel()
	}
	flight.Wait()
	if err != nil {
		return p, hidden(err, p.Texts)
	}
	p.Steps = append(p.Steps, flown...)
	p.Warnings = append(p.Warnings, expiries(p.Config, time.Now())...)
	return p, flightErr
}

// Unreadable is err, for a config that cannot be read, without the name of a system call.
func Unreadable(err error) error {
	if call := (*fs.PathError)(nil); errors.As(err, &call) {
		return fmt.Errorf("read config: %s: %w", call.Path, call.Err)
	}
	return fmt.Errorf("read config: %w", err)
}

type step struct {
	name string
	do   func() error
}

// take takes steps up to the first that fails.
func take(steps ...step) (taken []Step, err error) {
	for _, s := range steps {
		start := time.Now()
		err = s.do()
		taken = append(taken, Step{s.name, time.Since(start)})
		if err != nil {
			return taken, err
		}
	}
	return taken, nil
}

// Again is a config that was served before, without the checks that it has passed.
func Again(file string, read ReadFunc) (*Prepared, error) {
	data, err := read(file)
	if err != nil {
		return nil, Unreadable(err)
	}
	c, err := config.Parse(file, data, read)
	if err != nil {
		return nil, err
	}
	p := &Prepared{Config: c, Texts: textsOf(c)}
	if p.Resources, err = snapshot.Build(c); err != nil {
		return nil, hidden(err, p.Texts)
	}
	p.Snapshot, err = pack(c, p.Resources)
	return p, hidden(err, p.Texts)
}

func pack(c *config.Config, resources []proto.Message) (*xds.Snapshot, error) {
	wired, err := snapshot.Wire(c, resources)
	if err != nil {
		return nil, err
	}
	return xds.NewSnapshot(wired)
}

// Resolve has DNS judge p's hosts that are not served: see the function.
func (p *Prepared) Resolve(ctx context.Context, lookup LookupFunc, served map[string]bool) error {
	start := time.Now()
	warnings, err := Resolve(ctx, lookup, p.Config, served)
	p.Warnings = append(p.Warnings, warnings...)
	p.Steps = append(p.Steps, Step{"resolve", time.Since(start)})
	return err
}

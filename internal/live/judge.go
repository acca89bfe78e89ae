package live

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/history"
	"github.com/livefilter/livefilter/internal/prepare"
)

// judge takes what the disk would have after a rollback to c through every check. left are the
// certificates, keys and CAs that stay what they are on disk.
func (l *Live) judge(ctx context.Context, c history.Config) (p *prepare.Prepared, left []string, err error) {
	was, err := prepare.Again(c.File, prepare.Environ(c.Read))
	if err != nil {
		return nil, nil, err
	}
	present := history.Config{Contents: maps.Clone(c.Contents)}
	for _, name := range renewed(c.File, was.Config) {
		if data, err := l.Disk.Read(name); err == nil && !bytes.Equal(data, c.Contents[name]) {
			present.Contents[name], left = data, append(left, name)
		}
	}
	if left != nil {
		if p, err := l.check(ctx, present.Read); err == nil {
			return p, left, nil
		}
	}
	p, err = l.check(ctx, c.Read)
	return p, nil, err
}

// check is what load does with an edit before it is served.
func (l *Live) check(ctx context.Context, read prepare.ReadFunc) (*prepare.Prepared, error) {
	p, err := prepare.File(ctx, l.Checker, l.File, prepare.Environ(read))
	if err == nil {
		err = l.accepts(p)
	}
	return p, err
}

// renewed are the files of certificates, keys and CAs that the config in file names, by the names
// they are read under: others renew them.
func renewed(file string, c *config.Config) (names []string) {
	add := func(paths ...string) {
		for _, path := range paths {
			if path == "" {
				continue
			}
			if name := config.ReadName(file, path); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	pair := func(p *config.KeyPair) {
		if p != nil {
			add(p.CertPath, p.KeyPath)
		}
	}
	pair(c.Listener.TLS)
	for _, u := range c.Upstreams {
		if u.TLS != nil {
			add(u.TLS.CAPath)
			pair(u.TLS.Client)
		}
	}
	return names
}

// toWrite are the files of a config, without those that stay, and without variables.
func toWrite(contents map[string][]byte, left []string) map[string][]byte {
	files := maps.Clone(contents)
	maps.DeleteFunc(files, func(name string, _ []byte) bool {
		_, variable := config.Variable(name)
		return variable || slices.Contains(left, name)
	})
	return files
}

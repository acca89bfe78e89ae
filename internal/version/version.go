// Package version says which livefilter a program is.
package version

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
)

// release is set by the linker in a release: -X …/internal/version.release=v1.2.3.
var release string

// Build is what a program was built from.
type Build struct {
	// Version is that of the release, or of the module where `go install` built it; "devel" otherwise.
	Version string `json:"version"`
	// Revision is the commit; "" where the build did not know it. "+dirty" follows where files differed from it.
	Revision string `json:"revision,omitempty"`
	Go       string `json:"go"` // the version of the Go toolchain
}

// Of returns the running program's.
var Of = sync.OnceValue(func() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Build{Version: cmp.Or(release, "devel")}
	}
	return of(info)
})

func of(info *debug.BuildInfo) Build {
	b := Build{Version: release, Go: info.GoVersion}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			b.Revision = s.Value + b.Revision
		case s.Key == "vcs.modified" && s.Value == "true":
			b.Revision += "+dirty"
		}
	}
	if v := info.Main.Version; b.Version == "" && strings.HasPrefix(v, "v") && b.Revision == "" {
		b.Version = v // of `go install`; in a checkout Go makes a version up of the revision
	}
	b.Version = cmp.Or(b.Version, "devel")
	return b
}

func (b Build) String() string {
	text := b.Version
	if b.Revision != "" {
		text += " (" + b.Revision + ")"
	}
	return fmt.Sprintf("%s, %s", text, b.Go)
}

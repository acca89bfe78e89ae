package version

import (
	"runtime/debug"
	"testing"
)

func TestOf(t *testing.T) {
	vcs := func(revision, modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: revision}, {Key: "vcs.modified", Value: modified}}
	}
	for _, c := range []struct {
		name, release string
		info          debug.BuildInfo
		want          string
	}{
		{"a checkout", "", debug.BuildInfo{GoVersion: "go1.26", Main: debug.Module{Version: "v0.0.0-2026-abc"}, Settings: vcs("abc", "false")}, "devel (abc), go1.26"},
		{"an edited checkout", "", debug.BuildInfo{GoVersion: "go1.26", Main: debug.Module{Version: "(devel)"}, Settings: vcs("abc", "true")}, "devel (abc+dirty), go1.26"},
		{"go install", "", debug.BuildInfo{GoVersion: "go1.26", Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3, go1.26"},
		{"a release", "v1.2.4", debug.BuildInfo{GoVersion: "go1.26", Main: debug.Module{Version: "(devel)"}, Settings: vcs("abc", "false")}, "v1.2.4 (abc), go1.26"},
	} {
		release = c.release
		if got := of(&c.info).String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	release = ""
}

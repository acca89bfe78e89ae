package metrics

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/livefilter/livefilter/internal/version"
)

func none() (connected, notLive, gone int) { return 0, 0, 0 }

// What promtool's linter finds, it finds here too.
func TestLint(t *testing.T) {
	m := New(none)
	m.Reload("served", "v1", time.Unix(1, 0))
	m.Step("parse", time.Millisecond)
	m.Sent("Listener", 1)
	m.Acked("Listener")
	m.Refused("Listener")
	m.Live(time.Millisecond)
	problems, err := testutil.GatherAndLint(m.Registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestARefusalKeepsTheLastSuccess(t *testing.T) {
	m := New(none)
	m.Reload("served", "v1", time.Unix(100, 0))
	m.Reload("served", "v2", time.Unix(200, 0))
	m.Reload("refused", "v2", time.Unix(300, 0))
	want := `
# HELP livefilter_config_info 1, with the content hash of what is served. Replicas over the same file agree on it.
# TYPE livefilter_config_info gauge
livefilter_config_info{version="v2"} 1
# HELP livefilter_config_last_reload_success_timestamp_seconds When the config file was last loaded without an error.
# TYPE livefilter_config_last_reload_success_timestamp_seconds gauge
livefilter_config_last_reload_success_timestamp_seconds 200
# HELP livefilter_config_last_reload_successful 1 while the file on disk is what is served, 0 after it was refused and the last good one is served. Worry at 0.
# TYPE livefilter_config_last_reload_successful gauge
livefilter_config_last_reload_successful 0
`
	if err := testutil.GatherAndCompare(m.Registry, strings.NewReader(want), "livefilter_config_info",
		"livefilter_config_last_reload_success_timestamp_seconds", "livefilter_config_last_reload_successful"); err != nil {
		t.Error(err)
	}
}

// increase() does not see a counter that begins at 1: those that can grow are there before they do.
func TestCountersBeginAtZero(t *testing.T) {
	m := New(none)
	m.Sent("Listener", 1)
	for name, want := range map[string]int{
		"livefilter_config_reloads_total": 3, "livefilter_xds_acks_total": 1, "livefilter_xds_nacks_total": 1, "livefilter_xds_denied_total": 1,
	} {
		if n, err := testutil.GatherAndCount(m.Registry, name); n != want || err != nil {
			t.Errorf("%s: %d series, %v", name, n, err)
		}
	}
}

func TestBuild(t *testing.T) {
	b := version.Of()
	want := fmt.Sprintf(`
# HELP livefilter_build_info 1, with the version of livefilter, the commit that it was built from and the version of Go. Worry when replicas differ for long.
# TYPE livefilter_build_info gauge
livefilter_build_info{goversion=%q,revision=%q,version=%q} 1
`, b.Go, b.Revision, b.Version)
	if err := testutil.GatherAndCompare(New(none).Registry, strings.NewReader(want), "livefilter_build_info"); err != nil {
		t.Error(err)
	}
}

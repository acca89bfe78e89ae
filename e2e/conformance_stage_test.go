package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/builtin"
)

// stage is an Envoy with two workers, a listener for each of many configurations, and nobody
// to serve it. The listeners' filters share no data.
type stage struct {
	*stack
	script *script        // the upstream
	ports  map[string]int // of the listeners, by name
}

// newStage starts an Envoy with those plugin configurations, by name. Those that will be edited come from files:
// Envoy has an inotify instance for each, and a user may have 128.
func newStage(t *testing.T, configs map[string]string, edited ...string) *stage {
	s := &stage{&stack{t: t, dir: t.TempDir()}, newScript(t), map[string]int{}}
	must(t, os.WriteFile(filepath.Join(s.dir, "filter.wasm"), builtin.Filter, 0o600))
	listeners := map[string]string{}
	for name, config := range configs {
		filter, err := json.Marshal(plugin(name, config))
		must(t, err)
		listeners[name] = string(filter)
	}
	for _, name := range edited {
		listeners[name] = ""
		s.configure(name, configs[name])
	}
	f, err := os.Create(filepath.Join(s.dir, "envoy.yaml"))
	must(t, err)
	must(t, stageConfig.Execute(f, struct {
		Listeners map[string]string
		Upstream  int
	}{listeners, s.script.port}))
	must(t, f.Close())
	s.runEnvoy()
	eventually(t, "envoy's workers listen", func() bool {
		return strings.Contains(s.stats("^listener_manager.workers_started$"), ": 1")
	})
	s.findPorts()
	return s
}

// findPorts asks which ports the listeners got.
func (s *stage) findPorts() {
	resp, err := http.Get("http://" + s.envoyAdmin + "/listeners?format=json")
	must(s.t, err)
	defer resp.Body.Close()
	var found struct {
		Listeners []struct {
			Name    string
			Address struct {
				Socket struct {
					Port int `json:"port_value"`
				} `json:"socket_address"`
			} `json:"local_address"`
		} `json:"listener_statuses"`
	}
	must(s.t, json.NewDecoder(resp.Body).Decode(&found))
	for _, l := range found.Listeners {
		s.ports[l.Name] = l.Address.Socket.Port
	}
}

// configure saves the file that a listener takes its filter from.
func (s *stage) configure(listener, config string) {
	s.t.Helper()
	text, err := json.Marshal(tree{"resources": []any{tree{
		"@type":        "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
		"name":         listener,
		"typed_config": plugin(listener, config),
	}}})
	must(s.t, err)
	next := filepath.Join(s.dir, listener+".next")
	must(s.t, os.WriteFile(next, text, 0o600))
	must(s.t, os.Rename(next, filepath.Join(s.dir, listener+".json")))
}

// plugin is the filter of a listener.
func plugin(listener, config string) tree {
	const types = "type.googleapis.com/"
	return tree{"@type": types + "envoy.extensions.filters.http.wasm.v3.Wasm", "config": tree{
		"name": "my-wasm-filter",
		"vm_config": tree{
			"vm_id":   listener,
			"runtime": "envoy.wasm.runtime.v8",
			"code":    tree{"local": tree{"filename": "filter.wasm"}},
		},
		"configuration": tree{"@type": types + "google.protobuf.StringValue", "value": config},
	}}
}

// edit changes a listener's configuration and waits for Envoy's verdict, a counter: Envoy
// counts once the change is on its way to the workers, before any later request.
func (s *stage) edit(listener, config, verdict string) {
	s.t.Helper()
	counter := fmt.Sprintf("extension_config_discovery.http_filter.%s.%s", listener, verdict)
	before := s.counter(counter)
	s.configure(listener, config)
	eventually(s.t, counter, func() bool { return s.counter(counter) > before })
}

// in returns the stage as a subtest of its test sees it.
func (s *stage) in(t *testing.T) *stage {
	own := *s.stack
	own.t = t
	return &stage{&own, s.script, s.ports}
}

// dial opens a connection that is closed at the test's end.
func (s *stage) dial(listener string) net.Conn {
	s.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(s.t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", s.ports[listener]))
	must(s.t, err)
	must(s.t, conn.SetDeadline(time.Now().Add(2*patience)))
	s.t.Cleanup(func() { conn.Close() })
	return conn
}

// workers opens a connection to each of the two.
func (s *stage) workers(listener string) []net.Conn {
	s.t.Helper()
	both := []net.Conn{s.dial(listener), s.dial(listener)}
	for _, worker := range []string{"worker_0", "worker_1"} {
		open := fmt.Sprintf("listener.%s.%s.downstream_cx_active", listener, worker)
		eventually(s.t, open, func() bool { return s.counter(open) == 1 })
	}
	return both
}

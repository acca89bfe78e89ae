//go:build compose

package compose

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// fleet is what the profile of that name runs.
var (
	fleetEnvoys  = map[string]int{"envoy": 10000, "envoy-2": 10001, "envoy-3": 10002}
	fleetServers = []int{18001, 18002}
)

func TestFleet(t *testing.T) {
	p := newProject(t)
	p.run("--profile", "fleet", "up", "--detach", "--wait")
	c := newClient(t)
	wants := []string{"envoy", "envoy-2", "envoy-3"}
	live := func(servers ...int) {
		t.Helper()
		eventually(t, fmt.Sprintf("%v are live on %v", wants, servers), func() bool {
			return slices.Equal(nodes(t, servers...), wants)
		})
	}

	arrived := func(want string) {
		t.Helper()
		for node, port := range fleetEnvoys {
			eventually(t, want+" is on "+node, func() bool {
				a, err := c.get(port)
				return err == nil && a.rawUA == want
			})
		}
	}

	live(fleetServers...)
	p.edit("by rename", "everywhere")
	arrived("everywhere")
	live(fleetServers...)

	stop := traffic(t)
	for service, other := range map[string]int{"xds-server": 18002, "xds-server-2": 18001} {
		p.run("--profile", "fleet", "stop", service)
		live(other) // all of them went to the other one
		p.edit("in place", "without-"+service)
		arrived("without-" + service)
		p.run("--profile", "fleet", "start", service)
	}
	stop()
}

// nodes are the Envoys that are live on any of the servers, by their admin ports.
func nodes(t *testing.T, servers ...int) (ids []string) {
	t.Helper()
	for _, port := range servers {
		resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/status", port))
		must(t, err)
		var status struct {
			Nodes []struct {
				ID   string `json:"id"`
				Live bool   `json:"live"`
			} `json:"nodes"`
		}
		must(t, json.NewDecoder(resp.Body).Decode(&status))
		resp.Body.Close()
		for _, n := range status.Nodes {
			if n.Live {
				ids = append(ids, n.ID)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

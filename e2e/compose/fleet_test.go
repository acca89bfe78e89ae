//go:build compose

package compose

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

// fleet is what the profile of that name runs.
var (
	fleetEnvoys  = map[string]int{"envoy": 10000, "envoy-2": 10001, "envoy-3": 10002}
	fleetServers = []string{"xds-server", "xds-server-2"}
)

func TestFleet(t *testing.T) {
	p := newProject(t)
	p.run("--profile", "fleet", "up", "--detach", "--wait")
	c := newClient(t)
	wants := []string{"envoy", "envoy-2", "envoy-3"}
	live := func(servers ...string) {
		t.Helper()
		eventually(t, fmt.Sprintf("%v are live on %v", wants, servers), func() bool {
			return slices.Equal(nodes(p, servers...), wants)
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
	for service, other := range map[string]string{"xds-server": "xds-server-2", "xds-server-2": "xds-server"} {
		p.run("--profile", "fleet", "stop", service)
		live(other) // all of them went to the other one
		p.edit("in place", "without-"+service)
		arrived("without-" + service)
		p.run("--profile", "fleet", "start", service)
	}
	stop()
}

// nodes are the Envoys that are live on any of the servers.
func nodes(p *project, servers ...string) (ids []string) {
	p.t.Helper()
	for _, service := range servers {
		out, err := p.command("docker", "compose", "exec", service, "xds-server", "status", "--json").Output()
		must(p.t, err)
		var status struct {
			Nodes []struct {
				ID   string `json:"id"`
				Live bool   `json:"live"`
			} `json:"nodes"`
		}
		must(p.t, json.Unmarshal(out, &status))
		for _, n := range status.Nodes {
			if n.Live {
				ids = append(ids, n.ID)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

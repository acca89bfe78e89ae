package xds

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

// Node is one connected Envoy.
type Node struct {
	ID      string    `json:"id"`      // node.id of its bootstrap
	Address string    `json:"address"` // where it connects from
	Envoy   string    `json:"envoy"`   // its version, as it says
	Since   time.Time `json:"since"`   // when it connected
	// Live: of every resource type that it takes from here it has acknowledged what is
	// served now, in a way that proves that it runs it.
	Live      bool       `json:"live"`
	Resources []Resource `json:"resources"`
}

// Resource is what one Envoy has of one resource type. The versions are content hashes
// over the resources it subscribes to; equal hashes mean equal resources.
type Resource struct {
	TypeURL string `json:"type_url"`
	Served  string `json:"served"` // what it should have now
	Sent    string `json:"sent"`   // sent last, or held since before it connected; "" for nothing
	Acked   string `json:"acked"`  // accepted last, which is what it runs; "" for nothing
	// Error is why it does not run what is served, in Envoy's words where it said something.
	Error *string `json:"error"`
	// Refused: the error is a NACK, and waiting will not mend it.
	Refused bool `json:"refused"`
	// Source is where in the user's file the error lies, for whoever knows that to fill in.
	Source string `json:"source,omitempty"`
}

func (r Resource) live() bool { return r.Error == nil && r.Acked == r.Served }

// ShortType is the last part of a type URL, "Listener" say.
func ShortType(typeURL string) string {
	return typeURL[strings.LastIndexByte(typeURL, '.')+1:]
}

func envoyVersion(n *corev3.Node) string {
	if v := n.GetUserAgentBuildVersion().GetVersion(); v != nil {
		return fmt.Sprintf("%d.%d.%d", v.GetMajorNumber(), v.GetMinorNumber(), v.GetPatch())
	}
	return n.GetUserAgentVersion()
}

func nameList(names map[string]struct{}) string {
	return strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}

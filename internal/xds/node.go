package xds

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"

	"github.com/livefilter/livefilter/internal/figures"
)

// Node is one Envoy, connected or gone.
type Node struct {
	ID      string `json:"id"`      // node.id of its bootstrap
	Address string `json:"address"` // where it connects from
	Envoy   string `json:"envoy"`   // its version, as it says
	// Cluster is its node.cluster, Names those of the certificate that it shows.
	Cluster string    `json:"cluster,omitempty"`
	Names   []string  `json:"names,omitempty"`
	Since   time.Time `json:"since"` // when it connected
	// Left is when it went away, zero while it is connected.
	Left time.Time `json:"left,omitzero"`
	// Live: of every resource type that it takes from here it has acknowledged what is
	// served now, in a way that proves that it runs it; or did so when it left.
	Live bool `json:"live"`
	// Counts: what is served is not live as long as this Envoy is not. One that left counts
	// for Options.GoneAfter.
	Counts bool `json:"counts"`
	// Other is the address of another Envoy with the same ID, both alive.
	Other string `json:"other,omitempty"`
	// Unfit is why it cannot run what it is sent, as far as its version and its extensions tell.
	Unfit     string       `json:"unfit,omitempty"`
	Resources []TypeStatus `json:"resources"`
	// Traffic is what became of its requests, for whoever knows that to fill in; nil: not known.
	Traffic *figures.Traffic `json:"traffic,omitempty"`
}

// TypeStatus is what one Envoy has of one resource type. The versions are content hashes
// over the resources it subscribes to; equal hashes mean equal resources.
type TypeStatus struct {
	TypeURL string `json:"type_url"`
	Served  string `json:"served"` // what it should have now
	Sent    string `json:"sent"`   // sent last, or held since before it connected; "" for nothing
	Acked   string `json:"acked"`  // accepted last, which is what it runs; "" for nothing
	// Error is why it does not run what is served, in Envoy's words where it said something.
	Error *string `json:"error"`
	// Refused: the error is a NACK, and waiting alone will not mend it.
	Refused bool `json:"refused"`
	// Names are the resources that Error is about.
	Names []string `json:"names,omitempty"`
	// Source is where in the user's file the error lies, for whoever knows that to fill in.
	Source string `json:"source,omitempty"`
}

// ShortType is the last part of a type URL, "Listener" say.
func ShortType(typeURL string) string {
	return typeURL[strings.LastIndexByte(typeURL, '.')+1:]
}

// envoyVersion is what an Envoy says; another client may say anything.
func envoyVersion(n *corev3.Node) string {
	if v := n.GetUserAgentBuildVersion().GetVersion(); v != nil {
		return fmt.Sprintf("%d.%d.%d", v.GetMajorNumber(), v.GetMinorNumber(), v.GetPatch())
	}
	version := n.GetUserAgentVersion()
	if len(version) > 40 || strings.ContainsFunc(version, unicode.IsControl) {
		return "unknown"
	}
	return version
}

// nameList is the first few of the names.
func nameList(names map[string]struct{}) string {
	const most = 5
	list := slices.Sorted(maps.Keys(names))
	if more := len(list) - most; more > 0 {
		list = append(list[:most:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(list, ", ")
}

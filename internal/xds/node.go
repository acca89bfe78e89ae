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
	ID      string    `json:"id"`                // the node.id of its bootstrap
	Address string    `json:"address"`           // where it connects from
	Envoy   string    `json:"envoy"`             // its version, as it says
	Cluster string    `json:"cluster,omitempty"` // the node.cluster of its bootstrap
	Names   []string  `json:"names,omitempty"`   // the names of the certificate that it shows
	Since   time.Time `json:"since"`             // when it connected
	// Left is when it disconnected; absent while it is connected.
	Left time.Time `json:"left,omitzero"`
	// Live: the Envoy has acknowledged what is served now, of every resource type that it
	// subscribes to, in a way that proves that it runs it; or had done so when it left.
	Live bool `json:"live"`
	// Counts: what is served is not live as long as this Envoy is not. One that left counts
	// for serve --gone-after.
	Counts bool `json:"counts"`
	// Other is the address of another Envoy with the same ID, both alive.
	Other string `json:"other,omitempty"`
	// Unfit is why it cannot run what it is sent, as far as its version and its extensions tell.
	Unfit string `json:"unfit,omitempty"`
	// Resources has an entry for each resource type that the Envoy subscribes to.
	Resources []TypeStatus `json:"resources"`
	// Traffic is what became of its requests; nil where it does not tell. Package live fills it in.
	Traffic *figures.Traffic `json:"traffic,omitempty"`
}

// TypeStatus is what one Envoy has of one resource type. The versions are content hashes
// over the resources that it subscribes to: equal hashes mean equal resources.
type TypeStatus struct {
	TypeURL string `json:"type_url"` // the resource type
	Served  string `json:"served"`   // the version that the Envoy should have now
	Sent    string `json:"sent"`     // the version that was sent last, or that it held when it connected; "" for none
	Acked   string `json:"acked"`    // the version that it acknowledged last, which is what it runs; "" for none
	// Error is why the Envoy does not run what is served, in its own words where it sent a NACK.
	Error *string `json:"error"`
	// Refused: Error is a NACK, which waiting alone does not mend.
	Refused bool `json:"refused"`
	// Names are the resources that Error is about.
	Names []string `json:"names,omitempty"`
	// Source is where in the config file the error lies. Package live fills it in.
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

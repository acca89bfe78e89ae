package xds

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
)

// What a client may ask for. Each is far more than Envoy needs and bounds what one client costs.
const (
	maxMessage   = 256 << 10 // bytes of a request
	maxHeaders   = 64 << 10  // bytes of a stream's headers
	maxNames     = 1000      // of one type on one stream
	maxNameLen   = 1 << 10   // bytes of a name, of a version, or of node.id
	maxNameBytes = 64 << 10  // bytes of all names of one type on one stream
	maxWords     = 4 << 10   // bytes of a NACK's words that are kept
	maxStreams   = 64        // on one connection: one a type is what Envoy opens at the most
)

// request is what both protocols have in common in a request.
type request struct {
	node        *corev3.Node
	typeURL     string
	nonce       string
	nack        *string // Envoy's reason, nil for an ACK
	subscribe   []string
	unsubscribe []string
	replaces    bool              // subscribe is the whole list, not an addition
	version     string            // state of the world: version held
	versions    map[string]string // incremental: versions held, at the stream's start
}

func fullRequest(req *discoveryv3.DiscoveryRequest) request {
	return request{
		node:      req.GetNode(),
		typeURL:   req.GetTypeUrl(),
		nonce:     req.GetResponseNonce(),
		nack:      nackWords(req.GetErrorDetail()),
		subscribe: req.GetResourceNames(),
		replaces:  true,
		version:   req.GetVersionInfo(),
	}
}

func deltaRequest(req *discoveryv3.DeltaDiscoveryRequest) request {
	return request{
		node:        req.GetNode(),
		typeURL:     req.GetTypeUrl(),
		nonce:       req.GetResponseNonce(),
		nack:        nackWords(req.GetErrorDetail()),
		subscribe:   req.GetResourceNamesSubscribe(),
		unsubscribe: req.GetResourceNamesUnsubscribe(),
		versions:    req.GetInitialResourceVersions(),
	}
}

// nackWords returns Envoy's reason for a refusal, nil for an ACK.
func nackWords(detail *statuspb.Status) *string {
	if detail == nil {
		return nil
	}
	words := cmp.Or(strings.TrimSpace(cut(detail.GetMessage())), "it gave no reason")
	return &words
}

// cut leaves as much of an Envoy's words as is kept.
func cut(words string) string {
	if len(words) <= maxWords {
		return words
	}
	return strings.ToValidUTF8(words[:maxWords], "") + " …"
}

// check refuses what no Envoy asks for; the error ends the stream.
func (r request) check() error {
	if r.typeURL == "" {
		return grpcstatus.Error(codes.InvalidArgument, "type_url is required on a stream of all types")
	}
	if long(r.typeURL) {
		return refuse("type_url has %d bytes: at most %d are read", len(r.typeURL), maxNameLen)
	}
	if n := max(len(r.subscribe), len(r.unsubscribe), len(r.versions)); n > maxNames {
		return refuse("a request with %d names of %s: at most %d are served", n, ShortType(r.typeURL), maxNames)
	}
	if slices.ContainsFunc(r.subscribe, long) || slices.ContainsFunc(r.unsubscribe, long) {
		return refuse("a name of %s is longer than %d bytes", ShortType(r.typeURL), maxNameLen)
	}
	for name, version := range r.versions {
		if long(name) || long(version) {
			return refuse("initial_resource_versions of %s: longer than %d bytes", ShortType(r.typeURL), maxNameLen)
		}
	}
	if long(r.version) {
		return refuse("version_info of %s is longer than %d bytes", ShortType(r.typeURL), maxNameLen)
	}
	return nil
}

// checkNode refuses a node that cannot be told from others, or shown.
func checkNode(n *corev3.Node) error {
	switch id := n.GetId(); {
	case id == "":
		return grpcstatus.Error(codes.InvalidArgument, "node.id is empty: each Envoy needs its own")
	case long(id):
		return refuse("node.id has %d bytes: at most %d are kept", len(id), maxNameLen)
	case strings.ContainsFunc(id, unicode.IsControl):
		return grpcstatus.Error(codes.InvalidArgument, "node.id has control characters")
	}
	return nil
}

func long(s string) bool { return len(s) > maxNameLen }

func refuse(format string, args ...any) error {
	return grpcstatus.Error(codes.ResourceExhausted, fmt.Sprintf(format, args...))
}

package xds

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
)

// What a client may ask for. Each is far more than Envoy needs and bounds what one client costs.
const (
	maxMessage = 256 << 10 // bytes of a request
	maxNames   = 1000      // of one type on one stream
	maxNameLen = 1 << 10   // bytes of a resource's or node's name
	maxWords   = 4 << 10   // bytes of a NACK's words that are kept
	maxStreams = 64        // on one connection: one a type is what Envoy opens at the most
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
	words := detail.GetMessage()
	if len(words) > maxWords {
		words = words[:maxWords] + " …"
	}
	words = cmp.Or(strings.TrimSpace(strings.ToValidUTF8(words, "")), "it gave no reason")
	return &words
}

// check refuses what no Envoy asks for; the error ends the stream.
func (r request) check() error {
	if r.typeURL == "" {
		return grpcstatus.Error(codes.InvalidArgument, "type_url is required on a stream of all types")
	}
	if len(r.node.GetId()) > maxNameLen || !utf8.ValidString(r.node.GetId()) {
		return refuse("node.id is longer than %d bytes", maxNameLen)
	}
	if n := len(r.subscribe) + len(r.unsubscribe) + len(r.versions); n > 2*maxNames {
		return refuse("a request with %d names of %s: at most %d are served", n, ShortType(r.typeURL), maxNames)
	}
	for _, names := range [][]string{r.subscribe, r.unsubscribe} {
		for _, name := range names {
			if len(name) > maxNameLen {
				return refuse("a name of %s is longer than %d bytes", ShortType(r.typeURL), maxNameLen)
			}
		}
	}
	return nil
}

func refuse(format string, args ...any) error {
	return grpcstatus.Error(codes.ResourceExhausted, fmt.Sprintf(format, args...))
}

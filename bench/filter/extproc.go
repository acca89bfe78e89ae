package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc"
)

// extProcCluster is the cluster of the processor. Each Envoy has it, so that they differ by their filters alone.
const extProcCluster = "ext_proc"

// extProc is the same done by a server beside Envoy, on this machine; what the server itself takes is not counted.
func extProc() object {
	return httpFilter("ext_proc", "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor", object{
		"grpc_service":    object{"envoy_grpc": object{"cluster_name": extProcCluster}},
		"processing_mode": object{"request_header_mode": "SEND", "response_header_mode": "SEND"},
	})
}

// processor replaces the header of requests and marks responses.
type processor struct {
	extprocv3.UnimplementedExternalProcessorServer
}

// serveProcessor serves until ctx is done, and returns where.
func serveProcessor(ctx context.Context) (port int, err error) {
	lis, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	server := grpc.NewServer()
	extprocv3.RegisterExternalProcessorServer(server, processor{})
	go func() { _ = server.Serve(lis) }() // it ends with the program at the latest
	context.AfterFunc(ctx, server.Stop)
	return lis.Addr().(*net.TCPAddr).Port, nil
}

func (processor) Process(stream grpc.BidiStreamingServer[extprocv3.ProcessingRequest, extprocv3.ProcessingResponse]) error {
	for {
		asked, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		answer := &extprocv3.ProcessingResponse{}
		if asked.GetRequestHeaders() != nil {
			value := []string{"hello", "world"}[rand.IntN(2)]
			answer.Response = &extprocv3.ProcessingResponse_RequestHeaders{RequestHeaders: set("user-agent", value)}
		} else {
			answer.Response = &extprocv3.ProcessingResponse_ResponseHeaders{ResponseHeaders: set("x-proxy-wasm", "my-wasm-filter")}
		}
		if err := stream.Send(answer); err != nil {
			return err
		}
	}
}

func set(name, value string) *extprocv3.HeadersResponse {
	return &extprocv3.HeadersResponse{Response: &extprocv3.CommonResponse{HeaderMutation: &extprocv3.HeaderMutation{
		SetHeaders: []*corev3.HeaderValueOption{{
			Header:       &corev3.HeaderValue{Key: name, RawValue: []byte(value)},
			AppendAction: corev3.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
		}},
	}}}
}

// processorCluster leads to the processor.
func processorCluster(port int) object {
	return object{
		"name": extProcCluster,
		"typed_extension_protocol_options": object{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed(
			"envoy.extensions.upstreams.http.v3.HttpProtocolOptions", object{
				"explicit_http_config": object{"http2_protocol_options": object{}},
			})},
		"load_assignment": object{"cluster_name": extProcCluster, "endpoints": list{object{"lb_endpoints": list{object{
			"endpoint": object{"address": object{"socket_address": object{"address": "127.0.0.1", "port_value": port}}},
		}}}}},
	}
}

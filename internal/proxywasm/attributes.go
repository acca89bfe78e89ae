package proxywasm

import (
	"encoding/binary"
	"strconv"
)

// attribute is a property other than a header: when Envoy has it, and a value of its type. Numbers are eight bytes,
// little endian, and so are times, in nanoseconds.
type attribute struct {
	when  phase
	value func(*Context) []byte
}

type phase int

const (
	inVM       phase = iota // always
	inStream                // in callbacks of a request
	inResponse              // once the upstream has answered
	inLog                   // in proxy_on_log
	never                   // the imaginary connection is in order
)

// attributes was read off a running Envoy 1.40, by asking for each of them in each phase.
var attributes = map[string]attribute{
	"connection_id":                       {inStream, number(1)},
	"connection.id":                       {inStream, number(1)},
	"connection.mtls":                     {inStream, func(*Context) []byte { return []byte{0} }},
	"connection.requested_server_name":    {inStream, text("")},
	"destination.address":                 {inStream, text("127.0.0.1:10000")},
	"destination.port":                    {inStream, number(10000)},
	"metadata":                            {inStream, text("")},
	"request.duration":                    {inLog, number(1e6)},
	"request.protocol":                    {inStream, text("HTTP/1.1")},
	"request.size":                        {inStream, func(c *Context) []byte { return le(int64(len(c.stream.all.out.Request.Body))) }},
	"request.time":                        {inStream, func(c *Context) []byte { return le(c.vm.now().UnixNano()) }},
	"request.total_size":                  {inStream, func(c *Context) []byte { return le(c.stream.all.out.Request.size()) }},
	"response.backend_latency":            {inLog, number(1e6)},
	"response.code":                       {inResponse, (*Context).code},
	"response.code_details":               {inResponse, func(c *Context) []byte { return []byte(c.stream.all.details) }},
	"response.flags":                      {inStream, number(0)},
	"response.grpc_status":                {inResponse, number(2)},
	"response.size":                       {inStream, func(c *Context) []byte { return le(int64(len(c.stream.all.out.Response.Body))) }},
	"response.total_size":                 {inStream, func(c *Context) []byte { return le(c.stream.all.out.Response.size()) }},
	"source.address":                      {inStream, text("127.0.0.1:50000")},
	"source.port":                         {inStream, number(50000)},
	"upstream.address":                    {inResponse, text("127.0.0.1:8080")},
	"upstream.cx_pool_ready_duration":     {inResponse, number(1e6)},
	"upstream.local_address":              {inResponse, text("127.0.0.1:50001")},
	"upstream.locality":                   {inResponse, text("")},
	"upstream.port":                       {inResponse, number(8080)},
	"upstream.request_attempt_count":      {inStream, func(c *Context) []byte { return le(c.stream.all.tries) }},
	"upstream.transport_failure_reason":   {inResponse, text("")},
	"xds.cluster_metadata":                {inStream, text("")},
	"xds.cluster_name":                    {inStream, text("preflight")},
	"xds.filter_chain_name":               {inStream, text("")},
	"xds.listener_direction":              {inStream, number(0)},
	"xds.listener_metadata":               {inStream, text("")},
	"xds.node":                            {inVM, text("")},
	"xds.node.cluster":                    {inVM, text("")},
	"xds.node.id":                         {inVM, text("")},
	"xds.route_metadata":                  {inStream, text("")},
	"xds.route_name":                      {inStream, text("")},
	"xds.virtual_host_name":               {inStream, text("preflight")},
	"connection.termination_details":      {never, nil},
	"connection.transport_failure_reason": {never, nil},
}

func text(s string) func(*Context) []byte { return func(*Context) []byte { return []byte(s) } }

func number(n int64) func(*Context) []byte { return func(*Context) []byte { return le(n) } }

func le(n int64) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(n)) }

func (c *Context) code() []byte {
	status, _ := c.stream.all.out.Response.Headers.Get(":status")
	code, _ := strconv.Atoi(status)
	return le(int64(code))
}

func (m *Message) size() int64 { return int64(m.Headers.Size() + len(m.Body)) }

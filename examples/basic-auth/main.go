// Command basic-auth is a proxy-wasm module that asks for a name and a password (RFC 7617), as an example of a module of
// one's own. Its configuration has a line for each user, the name and a hash:
//
//	printf 'alice:secret' | sha256sum
//	alice 3d11dc479c08e3b368773103d64766c2e420ce39727932fcf2d8f4d9d599be59
//
// A request without a pair that is listed gets 401; with one it goes on without it, and with the name in X-User. A hash
// of this kind is quick to compute, here and for who steals the file: let the passwords be long and random.
package main

import (
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"
)

func main() {}

func init() { proxywasm.SetVMContext(&vm{}) }

type vm struct{ types.DefaultVMContext }

// NewPluginContext implements types.VMContext.
func (*vm) NewPluginContext(uint32) types.PluginContext { return &plugin{} }

type plugin struct {
	types.DefaultPluginContext
	users []user
}

// OnPluginStart implements types.PluginContext: Envoy refuses what cannot be read.
func (p *plugin) OnPluginStart(int) types.OnPluginStartStatus {
	text, err := proxywasm.GetPluginConfiguration()
	if err == nil {
		p.users, err = readUsers(string(text))
	}
	if err != nil {
		proxywasm.LogCritical("basic-auth: " + err.Error())
		return types.OnPluginStartStatusFailed
	}
	return types.OnPluginStartStatusOK
}

// NewHttpContext implements types.PluginContext.
func (p *plugin) NewHttpContext(uint32) types.HttpContext { return &request{users: p.users} }

type request struct {
	types.DefaultHttpContext
	users []user
}

// OnHttpRequestHeaders implements types.HttpContext.
func (r *request) OnHttpRequestHeaders(int, bool) types.Action {
	header, _ := proxywasm.GetHttpRequestHeader("authorization") // there is none, or it is not right
	name, ok := who(r.users, header)
	if !ok {
		challenge := [][2]string{{"www-authenticate", `Basic realm="example", charset="UTF-8"`}}
		if err := proxywasm.SendHttpResponse(401, challenge, []byte("who are you?\n"), -1); err != nil {
			proxywasm.LogError("basic-auth: " + err.Error())
		}
		return types.ActionPause
	}
	if proxywasm.RemoveHttpRequestHeader("authorization") != nil || proxywasm.ReplaceHttpRequestHeader("x-user", name) != nil {
		proxywasm.LogError("basic-auth: the request cannot be changed")
		return types.ActionPause
	}
	return types.ActionContinue
}

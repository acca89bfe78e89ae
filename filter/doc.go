// Command filter is the proxy-wasm HTTP filter that livefilter serves, built by TinyGo (scripts/build-filter.sh).
//
// It replaces each configured request header by a random one of its values, leaves out values that earned a bad
// response, and names itself in a response header. docs/reference/config.md says what it does in which case.
package main

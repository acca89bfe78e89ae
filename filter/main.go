package main

import "github.com/livefilter/livefilter/filter/internal/host"

// vm is this program: each worker thread of an Envoy runs an instance of its own.
var vm = &vmContext{clocks: host.EnvoyClocks}

func main() {}

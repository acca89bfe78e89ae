package main

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/snapshot"
)

// configText is the file that every server serves: the built-in module inline, about 50 kB. Each push has another
// value, which changes the filter's resource and nothing else. The upstream is an address: no DNS.
func configText(push int) string {
	return fmt.Sprintf(`listener: {address: 127.0.0.1, port: 10000}
filters:
  - name: my-wasm-filter
    headers:
      - {name: User-Agent, values: [value-%06d, other]}
upstreams:
  - {name: upstream, host: 127.0.0.1, port: 8443}
`, push)
}

// resources are what livefilter makes of configText.
func resources(push int) ([]proto.Message, error) {
	c, err := config.Parse("livefilter.yaml", []byte(configText(push)), nil)
	if err != nil {
		return nil, err
	}
	return snapshot.Build(c)
}

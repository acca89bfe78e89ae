// Package istiod lets istiod's own code apply what `xds-server render` writes for Istio, and
// looks at what a sidecar would be sent. It is a module of its own, and its test not a part
// of `make test`: building that much of istiod takes some ten minutes of processor time.
package istiod

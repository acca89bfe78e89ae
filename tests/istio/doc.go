// Package istio holds what livefilter gives to Kubernetes, Istio and Envoy Gateway to those
// projects' own types and rules. It is a module of its own so that the server needs none of
// their code.
package istio

package xds

import "testing"

// The status names the upstream for which an Envoy waits, and no other.
func TestWhichUpstreamStillResolves(t *testing.T) {
	play(t, [][2]string{
		{"delta:two new ones, of which one stays silent", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1 c=1
			> cds b=1 c=1
			why   cds
			wait  1s
			why   cds upstream b still resolves; upstream c still resolves
			wait  4s
			> cds -b -c
			ack   3
			ack   4
			> cds b=1
			ack
			> cds c=1
			why   cds upstream c still resolves, for 5s: Envoy answers once DNS has
			wait  5s
			> cds -c
			ack   6
			ack   7
			why   cds upstream c still resolves, for 10s: Envoy answers once DNS has
			wait  4s
			> cds c=1
			ack
			live
			why   cds
		`},
	})
}

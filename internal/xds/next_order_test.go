package xds

import "testing"

func TestNextOrder(t *testing.T) {
	play(t, [][2]string{
		{"an Envoy starts", `
			serve cds a=1 | lds l=1(f) | rds r=1(a) | wasm f=1 !
			ask   cds
			> cds              # its start waits for the clusters of its first response
			> cds a=1
			ask   lds
			> lds l=1(f)       # no trial: no traffic depends on it yet
			ack   1
			ack   2
			ask   rds r
			> rds r=1(a)
			ask   ecds f
			> ecds f=1         # without a salt
			dead
			ack   3
			ack   4
			dead
			ack   5
			live
		`},
		{"new clusters, routes, old clusters", `
			serve cds a=1 b=1 | rds r=1(a,b)
			join  cds
			join  rds r
			live
			serve cds b=1 c=1 | rds r=1(b,c)
			> cds c=1
			ack
			> rds r=1(b,c)
			ack
			> cds -a
			dead
			ack
			live
		`},
		{"an equal config sends nothing", `
			serve cds a=1 | rds r=1(a)
			join  cds
			join  rds r
			serve cds a=1 | rds r=1(a)
			live
		`},
		{"clusters do not wait for each other, routes wait for clusters", `
			serve cds a=1 | rds r=1(a)
			join  cds
			join  rds r
			serve cds a=1 b=1 | rds r=1(a,b)
			> cds b=1
			serve cds a=1 b=1 c=1 | rds r=1(a,b,c)
			> cds c=1
			ack   4
			ack   5
			> rds r=1(a,b,c)
			ack
			live
		`},
		{"at most four responses of clusters are not answered", `
			serve cds a=1
			join  cds
			serve cds a=2
			> cds a=2
			serve cds a=3
			> cds a=3
			serve cds a=4
			> cds a=4
			serve cds a=5
			> cds a=5
			serve cds a=6
			serve cds a=7
			ack   6
			> cds a=7
			ack   7
			ack
			live
		`},
		{"delta: each filter and route in a response of its own", `
			serve ecds f=1 g=1 | rds r=1 q=1
			ask   rds r q
			> rds q=1
			> rds r=1
			ask   ecds f g
			> ecds f=1
			> ecds g=1
			nack  1
			ack   2
			nack  3
			ack   4
			wait  2s
			> rds q=1
			ack
			dead
		`},
		{"sotw: one after another, since only the latest of a type is answered", `
			serve ecds f=1 g=1 | rds r=1 q=1
			ask   rds r q
			> rds q=1
			ask   ecds f g
			> ecds f=1
			ack   1
			> rds r=1
			ack   2
			> ecds g=1
			ack   3
			ack   4
			live
		`},
		{"a change of a cluster that is there already holds nothing back", `
			serve cds a=1 | lds l=1 | rds r=1(a)
			join  cds
			join  lds
			join  rds r
			serve cds a=2 | lds l=2 | rds r=2(a)
			> cds a=2
			> lds l=2
			> rds r=2(a)
			ack   5
			ack   6
			ack   7
			live
		`},
	})
}

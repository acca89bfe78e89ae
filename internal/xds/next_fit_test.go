package xds

import "testing"

func TestNextFits(t *testing.T) {
	play(t, [][2]string{
		{"routes without the cluster that it refused", `
			serve cds a=1 | rds r=1(a)
			join  cds
			join  rds r
			serve cds a=1 b=1 | rds r=2(a,b)
			> cds b=1
			nack
			> rds r=2(a)
			ack
			dead
			wait  2s
			> cds b=1
			ack
			> rds r=2(a,b)
			ack
			live
		`},
		{"no routes at all keep the old ones", `
			serve cds a=1 | rds r=1(a)
			join  cds
			join  rds r
			serve cds b=1 | rds r=2(b)
			> cds b=1
			nack
			wait  1s           # and the old cluster stays with them
			serve cds b=2 | rds r=2(b)
			> cds b=2
			ack
			> rds r=2(b)
			ack
			> cds -a
			ack
			live
		`},
		{"a changed cluster that it refused is there still", `
			serve cds a=1 | rds r=1(a)
			join  cds
			join  rds r
			serve cds a=2 | rds r=2(a)
			> cds a=2
			> rds r=2(a)
			nack  4
			ack
			dead
		`},
		{"no route to a cluster on its way out", `
			serve cds a=1 | rds r=1(a)
			join  cds
			join  rds r
			serve cds a=1 b=1 | rds r=2(a,b)
			> cds b=1
			wait  5s
			> cds -b
			> rds r=2(a)
			ack
			ack   4            # Envoy answers both once b has gone
			ack   5
			dead
		`},
		{"a listener without the filter that it refused", `
			serve lds l=1(f) | wasm f=1 !
			join  lds
			join  ecds f
			serve lds l=2(f,g) | wasm f=1 g=1 !
			> lds try/g=t
			ack
			ask   ecds g
			> ecds g=1
			nack
			> lds l=2(f)
			ack
			dead
		`},
		{"a filter that it uses and refuses stays in the listener", `
			serve lds l=1(f) | wasm f=1 !
			join  lds
			join  ecds f
			serve lds l=2(f) | wasm f=2 !
			> lds l=2(f)
			> ecds f=2
			ack   3
			nack  4
			> ecds f=2*1#1
			nack
			> ecds f=1*2#2^
			serve lds l=3(f) | wasm f=2 !
			ack
			> lds l=3(f)       # which it would refuse before
			ack
			dead
		`},
		{"a cluster that names a refused filter goes on to", `
			serve cds a=1
			join  cds
			serve cds a=2(f) | ecds f=1
			> cds a=2(f)
			ask   ecds f
			> ecds f=1
			nack
			ack   3
			serve cds a=3(f) | ecds f=1
			> cds a=3(f)       # it named f before
			ack
			dead
		`},
	})
}

package xds

import "testing"

func TestNextNACK(t *testing.T) {
	play(t, [][2]string{
		{"a refused cluster is tried again, less and less often", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			nack
			wait  1s
			wait  1s
			> cds b=1
			nack
			wait  3s
			wait  1s
			> cds b=1
			nack
			wait  8s
			> cds b=1
			nack
			wait  16s
			> cds b=1
			nack
			wait  32s
			> cds b=1
			nack
			wait  59s
			wait  1s
			> cds b=1
			nack
			wait  1m
			> cds b=1
			ack
			live
		`},
		{"at once when somebody says so, once", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			nack
			retry
			> cds b=1
			nack
			retry
			> cds b=1
			ack
			retry
			live
		`},
		{"at once when it changes", `
			serve lds l=1
			join  lds
			serve lds l=2
			> lds l=2
			nack
			serve lds l=3
			> lds l=3
			ack
			live
		`},
		{"back to what it holds", `
			serve lds l=1
			join  lds
			serve lds l=2
			> lds l=2
			nack
			serve lds l=1
			> lds l=1
			ack
			live
		`},
		{"refused in company, each is tried alone, the good one too", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1 c=1
			> cds b=1 c=1
			nack
			> cds b=1
			nack
			> cds c=1
			ack
			dead
			wait  4s
			> cds b=1
			ack
			live
		`},
		{"a config that cannot be varied is not sent again: Envoy would accept it unseen", `
			serve ecds f=1
			join  ecds f
			serve ecds f=2
			> ecds f=2
			nack
			wait  1m
			retry
			serve ecds f=3
			> ecds f=3
			ack
			live
		`},
		{"one of two filters", `
			serve wasm f=1 g=1
			join  ecds f g
			serve wasm f=1 g=2
			> ecds g=2*0
			nack
			> ecds g=2*1#1
			nack
			> ecds g=1*2#2^
			ack
			serve wasm f=2 g=2
			> ecds f=2*0
			ack
			dead
		`},
	})
}

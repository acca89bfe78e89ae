package xds

import "testing"

func TestNextTrials(t *testing.T) {
	play(t, [][2]string{
		{"a new filter is tried before a listener names it", `
			serve lds l=1
			join  lds
			live
			serve lds l=2(f) | wasm f=1 !
			> lds try/f=t
			ack
			ask   ecds f
			> ecds f=1
			ack
			> lds l=2(f)
			ack
			> lds -try/f
			ack
			live
		`},
		{"a new Envoy needs no trial", `
			serve lds l=1(f) | wasm f=1 !
			ask   lds
			> lds l=1(f)
			ask   ecds f
			> ecds f=1
			ack
			ack   1
			live
		`},
		{"unless another one refused the filter, and nobody has one before", `
			serve lds l=1(f) | wasm f=1 !
			elsewhere nack wasm f=1
			ask   lds
			> lds try/f=t
			ack
			ask   ecds f
			> ecds f=1*1
			ack
			> lds l=1(f)
			ack
			> lds -try/f
			ack
			live
		`},
		{"a refused one stays in its trial until it is mended", `
			serve lds l=1
			join  lds
			serve lds l=2(f) | wasm f=1 !
			> lds try/f=t
			ack
			ask   ecds f
			> ecds f=1
			nack
			> lds l=2()
			ack
			dead
			serve lds l=2(f) | wasm f=2 !
			> ecds f=2*1
			ack
			> lds l=2(f)
			ack
			> lds -try/f
			ack
			live
		`},
		{"an Envoy that refuses the trial decides by itself", `
			serve lds l=1
			join  lds
			serve lds l=2(f) | wasm f=1 !
			> lds try/f=t
			nack
			> lds l=2(f)
			ask   ecds f
			> ecds f=1
			ack
			ack   3
			> lds -try/f
			ack
			live
		`},
		{"an Envoy that does not ask for it in time goes without", `
			serve lds l=1
			join  lds
			serve lds l=2(f) | wasm f=1 !
			> lds try/f=t
			ack
			wait  4s
			wait  1s
			> lds l=2()
			ack
			ask   ecds f
			> ecds f=1
			ack
			> lds l=2(f)
			ack
			> lds -try/f
			ack
			live
		`},
	})
}

package xds

import "testing"

// A filter that was taken out and comes back refused: what it was before then is in nothing that
// is served, and no traffic passes it again.
func TestNextReturn(t *testing.T) {
	play(t, [][2]string{
		{"what it was before is not sent", `
			serve lds l=1(f) | wasm f=1 !
			join  lds
			join  ecds f
			serve lds l=2
			> lds l=2
			ack
			forget ecds f
			serve lds l=3(f) | wasm f=2 !
			> lds try/f=t
			ack
			ask   ecds f
			> ecds f=2
			nack
			> lds l=3()
			ack
			dead
		`},
		{"what it was before goes on for what drains, and is not named anew", `
			serve lds l=1(f) | wasm f=1 !
			join  lds
			join  ecds f
			serve lds l=2
			> lds l=2
			ack
			serve lds l=3(f) | wasm f=2 !
			> ecds f=2
			nack
			> ecds f=2*1#1
			nack
			> ecds f=1*2#2^
			ack
			> lds l=3()
			ack
			dead
			why   lds goes without filter f, which this Envoy refused
			serve lds l=3(f) | wasm f=3 !
			> ecds f=3*2#2
			ack
			> lds l=3(f)
			ack
			live
		`},
		{"an answer about it that comes late does not make it good", `
			serve lds l=1(f) | wasm f=1 !
			serve lds l=2
			serve lds l=3(f) | wasm f=2 !
			elsewhere ack wasm f=1
			elsewhere nack wasm f=2
			ask   lds
			> lds try/f=t
			ack
			ask   ecds f
			> ecds f=2*1
			ack
			> lds l=3(f)
			ack
			> lds -try/f
			ack
			live
		`},
		{"what was accepted since then is good", `
			serve lds l=1(f) | wasm f=1 !
			join  lds
			join  ecds f
			serve lds l=2
			> lds l=2
			ack
			serve lds l=2 | wasm f=2 !
			> ecds f=2
			ack
			serve lds l=3(f) | wasm f=3 !
			> ecds f=3
			nack
			> ecds f=3*1#1
			nack
			> ecds f=2*2#2^
			ack
			> lds l=3(f)
			ack
			dead
		`},
	})
}

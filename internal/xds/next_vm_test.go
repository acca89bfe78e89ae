package xds

import "testing"

func TestNextVM(t *testing.T) {
	play(t, [][2]string{
		{"once more at once in another VM, which it then keeps", `
			serve wasm f=1
			join  ecds f
			serve wasm f=2
			> ecds f=2*0
			nack
			> ecds f=2*1#1
			ack
			live
			serve wasm f=3
			> ecds f=3*1#1
			ack
			live
		`},
		{"then what it had, and after a while the new one again", `
			serve wasm f=1
			join  ecds f
			serve wasm f=2
			> ecds f=2*0
			nack
			> ecds f=2*1#1
			nack
			> ecds f=1*2#2^
			ack
			dead
			wait  3s
			wait  1s
			> ecds f=2*2#2
			nack
			> ecds f=1*3#3^
			ack
			wait  8s
			> ecds f=2*3#3
			ack
			live
		`},
		{"what it had is refused too: nothing but the new one is tried, later", `
			serve wasm f=1
			join  ecds f
			serve wasm f=2
			> ecds f=2*0
			nack
			> ecds f=2*1#1
			nack
			> ecds f=1*2#2^
			nack
			wait  4s
			> ecds f=2*3#3
			ack
			live
		`},
		{"an edit while it is restored", `
			serve wasm f=1
			join  ecds f
			serve wasm f=2
			> ecds f=2*0
			nack
			> ecds f=2*1#1
			nack
			> ecds f=1*2#2^
			serve wasm f=3
			ack
			> ecds f=3*2#2
			ack
			live
		`},
		{"a new filter has no version before and no other VM", `
			serve wasm f=1
			ask   ecds f
			> ecds f=1*0
			nack
			wait  2s
			> ecds f=1*1
			ack
			live
		`},
	})
}

func TestNextLastGood(t *testing.T) {
	play(t, [][2]string{
		{"a new Envoy gets first what another one accepted, where the newest was refused", `
			serve wasm f=1
			elsewhere ack wasm f=1
			serve wasm f=2
			elsewhere nack wasm f=2
			ask   ecds f
			> ecds f=1*1
			ack
			> ecds f=2*1
			nack
			> ecds f=2*2#1
			nack
			> ecds f=1*3#2^
			ack
			dead
		`},
		{"and refuses that: then the newest, then both now and then", `
			serve wasm f=1
			elsewhere ack wasm f=1
			serve wasm f=2
			elsewhere nack wasm f=2
			ask   ecds f
			> ecds f=1*1
			nack
			> ecds f=2*2
			nack
			> ecds f=1*3^
			nack
			wait  2s
			> ecds f=2*4
			nack
			> ecds f=1*5^
			nack
			wait  3s
			wait  1s
			> ecds f=2*6
		`},
		{"an edit heals it for new ones", `
			serve wasm f=1
			elsewhere ack wasm f=1
			serve wasm f=2
			elsewhere nack wasm f=2
			serve wasm f=3
			ask   ecds f
			> ecds f=3*1
			ack
			live
		`},
		{"one that holds the newest keeps it", `
			serve wasm f=1
			elsewhere ack wasm f=1
			serve wasm f=2
			elsewhere nack wasm f=2
			come  ecds f | f=2
			live
		`},
	})
}

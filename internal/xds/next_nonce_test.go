package xds

import "testing"

func TestNextNonces(t *testing.T) {
	play(t, [][2]string{
		{"a nonce that was never sent", `
			serve ecds f=1
			join  ecds f
			serve ecds f=2
			> ecds f=2
			say   ecds 99 
			dead
			ack
			live
		`},
		{"an answer that comes twice", `
			serve ecds f=1
			ask   ecds f
			> ecds f=1
			ack
			ack
			nack
			live
		`},
		{"sotw: a later request without a nonce", `
			serve ecds f=1 g=1
			join  ecds f
			say   ecds - f g
			> ecds g=1
			ack
			live
		`},
		{"sotw: a request about an earlier response says nothing", `
			serve ecds f=1
			join  ecds f
			serve ecds f=2
			> ecds f=2
			say   ecds 1
			ack
			live
		`},
		{"sotw: only the latest of the held back answers comes", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			serve cds a=1 b=1 c=1
			> cds c=1
			ack   4
			live
		`},
		{"sotw: words about an earlier response, with the version of the latest", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			serve cds a=1 b=1 c=1
			> cds c=1
			nack  4 own
			live
		`},
		{"delta: each is answered, the second one first", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			serve cds a=1 b=1 c=1
			> cds c=1
			ack   4
			dead
			ack   3
			live
		`},
	})
}

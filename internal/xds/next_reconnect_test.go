package xds

import "testing"

func TestNextReconnect(t *testing.T) {
	play(t, [][2]string{
		{"with what is served", `
			serve cds a=1 | rds r=1(a) | wasm f=1
			come  cds | a=1
			come  rds r | r=1(a)
			come  ecds f | f=1
			live
		`},
		{"with a filter of an earlier snapshot, which is looked at", `
			serve wasm f=1
			serve wasm f=2
			come  ecds f | f=1
			> ecds f=2*0
			ack
			live
		`},
		{"with some of the filters", `
			serve wasm f=1 g=1
			come  ecds f | f=1
			ask   ecds g
			> ecds g=1*0
			ack
			live
		`},
		{"delta: with what nobody knows", `
			serve cds a=1 | rds r=1(a) | wasm f=1
			come  cds  | a=9 z=9
			> cds a=1
			come  rds r | r=9
			come  ecds f | f=9
			> ecds f=1*0
			ack   1
			> rds r=1(a)       # which may not have led to a: then it must not lead to the old one
			ack   2
			ack   3
			> cds -z           # after the routes
			ack
			live
		`},
		{"sotw: with what nobody knows", `
			serve cds a=1 | rds r=1(a) | wasm f=1
			come  cds | a=9
			> cds a=1          # takes the place of all that it has
			ack
			come  rds r | r=9
			> rds r=1(a)
			come  ecds f | f=9
			> ecds f=1*0
			ack   2
			ack   3
			live
		`},
		{"old clusters until there are new routes", `
			serve cds a=1 b=1 | rds r=1(a,b)
			serve cds b=1 c=1 | rds r=1(b,c)
			come  cds | a=1 b=1
			> cds c=1
			come  rds r | r=1(a,b)
			ack   1
			> rds r=1(b,c)
			ack
			> cds -a
			ack
			live
		`},
		{"while a cluster warms it does not ask for clusters", `
			serve cds a=1 | rds r=1(a)
			serve cds a=1 | rds r=2(a)
			come  rds r | r=1(a)
			wait  4s
			wait  1s
			> rds r=2(a)
		`},
	})
}

package xds

import "testing"

func TestNextSilence(t *testing.T) {
	play(t, [][2]string{
		{"a new cluster without an answer is taken back, and tried later", `
			serve cds a=1 | rds r=1(a)
			join  cds
			join  rds r
			serve cds a=1 b=1 | rds r=2(a,b)
			> cds b=1
			wait  1s
			wait  1s
			> cds -b
			> rds r=2(a)       # without it, meanwhile
			ack
			ack   4
			ack   5
			wait  2s
			> cds b=1
			ack
			> rds r=2(a,b)
			ack
			live
		`},
		{"a name that takes long is given longer when it is tried again", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			wait  2s
			> cds -b
			ack   3
			ack   4
			wait  2s
			> cds b=1
			wait  6s
			ack
			live
		`},
		{"but is not believed when Envoy gives up a name", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			wait  2s
			> cds -b
			ack   3
			ack   4
			wait  2s
			> cds b=1
			wait  3s
			ack
			> cds -b
			ack
			dead
		`},
		{"a changed one gets its old content", `
			serve cds a=1
			join  cds
			serve cds a=2
			> cds a=2
			wait  5s
			> cds a=1^
			ack   3
			ack   4
			dead
		`},
		{"the good ones beside it are tried one by one", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1 c=1
			> cds b=1 c=1
			wait  5s
			> cds -b -c
			ack   3
			ack   4
			> cds b=1
			ack
			> cds c=1
			wait  5s
			> cds -c
			ack   6
			ack   7
			wait  4s
			> cds c=1
			ack
			live
		`},
		{"the edit that takes it out does not wait", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			serve cds a=1
			> cds -b
			ack   3
			ack   4
			live
		`},
		{"nor does another change", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			serve cds a=2 b=1
			> cds a=2
			ack   3
			ack   4
			live
		`},
		{"a cluster waits for the new filters in its chain, and 2 s more", `
			serve cds a=1
			join  cds
			serve cds a=2(f) | wasm f=1
			> cds a=2(f)
			ask   ecds f
			> ecds f=1
			wait  5s
			ack
			wait  1s
			ack   3
			live
		`},
		{"but not for a change of one", `
			serve cds a=1(f) | wasm f=1
			join  cds
			join  ecds f
			serve cds a=2(f) | wasm f=1
			> cds a=2(f)
			wait  1s
			serve cds a=2(f) | wasm f=2
			> ecds f=2
			ack
			wait  1s
			> cds a=1(f)^
			ack   4
			ack   6
		`},
		{"what it had is not answered either, and then refused", `
			serve cds a=1
			join  cds
			serve cds a=2
			> cds a=2
			wait  5s
			> cds a=1^
			wait  5s
			ack   3
			nack  4
			wait  2s
			> cds a=2
			ack
			live
		`},
		{"it thaws and says that all is well", `
			serve cds a=1
			join  cds
			serve cds a=2
			> cds a=2
			wait  5s
			> cds a=1^
			wait  1m
			ack   3
			ack   4
			> cds a=2
			ack
			live
		`},
		{"a new Envoy has no route to one without an answer", `
			serve cds a=1 b=1 | rds r=1(a,b)
			ask   cds
			> cds
			> cds a=1 b=1
			ack   1
			ask   rds r
			wait  2s
			> cds -a -b
			ack   2
			ack   3
			> cds a=1
			ack
			> cds b=1
			wait  2s
			> cds -b
			> rds r=1(a)
			ack   6
			ack   7
			dead
		`},
		{"a filter, listener or route may take its time", `
			serve lds l=1 | rds r=1 | ecds f=1
			join  lds
			join  rds r
			join  ecds f
			serve lds l=2 | rds r=2 | ecds f=2
			> lds l=2
			> rds r=2
			> ecds f=2
			wait  1m
			ack   4
			ack   5
			ack   6
			live
		`},
	})
}

package xds

import "testing"

func TestNextRefusedRemovals(t *testing.T) {
	play(t, [][2]string{
		{"a removal is refused of what was never accepted", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			serve cds a=1 c=1
			> cds c=1 -b
			nack  3
			nack  4
			wait  2s
			> cds c=1
			ack
			live
		`},
		{"every removal is refused", `
			serve cds a=1 b=1
			join  cds
			serve cds b=1
			> cds -a
			nack
			wait  2s
			> cds -a
			nack
			wait  3s
			wait  1s
			> cds -a
			ack
			live
		`},
		{"what was refused is removed", `
			serve cds a=1
			join  cds
			live
			serve cds a=1 b=1
			> cds b=1
			nack
			serve cds a=2
			> cds a=2 -b
			nack
			wait 2s
			> cds a=2
			nack
			serve cds c=1
			> cds c=1 -a
			ack
			live
		`},
		{"a removal of a silent one is refused", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			wait  5s
			> cds -b
			nack
			ack   3
			wait  2s
			> cds b=1
			ack
			live
		`},
		{"it was there by then", `
			serve cds a=1
			join  cds
			serve cds a=1 b=1
			> cds b=1
			wait  5s
			> cds -b
			ack   3
			nack  4
			live
		`},
	})
}

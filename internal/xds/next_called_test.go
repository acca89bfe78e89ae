package xds

import "testing"

func TestNextCalled(t *testing.T) {
	play(t, [][2]string{
		{"a filter comes after its cluster, which goes once calls are done", `
			serve cds r=1 a=1 | ecds f=1(a)
			join  cds
			join  ecds f
			live
			serve cds r=1 b=1 | ecds f=2(b)
			> cds b=1
			dead
			ack
			> ecds f=2(b)
			ack
			live
			wait 9s
			wait 1s
			> cds -a
			live
			ack
			live
		`},
		{"what a refused filter goes on to call stays", `
			serve cds r=1 a=1 | ecds f=1(a)
			join  cds
			join  ecds f
			serve cds r=1 b=1 | ecds f=2(b)
			> cds b=1
			ack
			> ecds f=2(b)
			nack
			wait 20s
			dead
			serve cds r=1 b=1 | ecds f=3(b)
			> ecds f=3(b)
			ack
			live
			wait 10s
			> cds -a
			ack
			live
		`},
		{"a filter that is gone has its cluster while it is asked for", `
			serve cds r=1 a=1 | ecds f=1(a) g=1
			join  cds
			join  ecds f g
			serve cds r=1 | ecds g=1
			live
			wait 20s
			live
			forget ecds f
			> cds -a
			ack
			live
		`},
		{"a listener with filters in it has their clusters until its connections have drained", `
			serve cds r=1 a=1 | inline l=1(a)
			join  cds
			join  lds l
			serve cds r=1 b=1 | inline l=2(b)
			> cds b=1
			ack
			> lds l=2(b)
			ack
			live
			wait 10m
			live
			wait 10s
			> cds -a
			ack
			live
		`},
		{"back and forth", `
			serve cds r=1 a=1 | ecds f=1(a)
			join  cds
			join  ecds f
			serve cds r=1 b=1 | ecds f=2(b)
			> cds b=1
			ack
			> ecds f=2(b)
			ack
			wait 5s
			serve cds r=1 a=1 | ecds f=1(a)
			> ecds f=1(a)
			ack
			live
			wait 5s
			wait 5s
			> cds -b
			ack
			live
		`},
	})
}

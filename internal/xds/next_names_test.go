package xds

import "testing"

func TestNextNames(t *testing.T) {
	play(t, [][2]string{
		{"one more name", `
			serve ecds f=1 g=1
			join  ecds f
			ask   ecds g
			> ecds g=1
			ack
			live
		`},
		{"a name that is not served yet", `
			serve ecds f=1
			join  ecds f g
			serve ecds f=1 g=1
			> ecds g=1
			ack
			live
		`},
		{"a name that it drops", `
			serve ecds f=1 g=1
			join  ecds f g
			forget ecds g
			serve ecds f=1 g=2
			live
			ask   ecds g
			> ecds g=2
			ack
			live
		`},
		{"a name that it drops before it has answered", `
			serve ecds f=1 g=1
			join  ecds f
			ask   ecds g
			> ecds g=1
			forget ecds g
			ack
			live
			ask   ecds g
			> ecds g=1
		`},
		{"delta: a name asked for again is sent again", `
			serve ecds f=1
			join  ecds f
			ask   ecds f
			> ecds f=1
			ask   ecds f       # it has not answered
			ack
			live
		`},
		{"a filter that is gone stays with whoever uses it", `
			serve ecds f=1 g=1
			join  ecds f g
			serve ecds f=1
			live
		`},
		{"delta: a name beside all", `
			serve cds a=1
			join  cds
			ask   cds a
			> cds a=1
		`},
		{"delta: the wildcard goes, and takes all with it", `
			serve cds a=1 | ecds f=1
			join  ecds f
			join  cds *
			live
			forget cds *
			serve cds a=2 | ecds f=1
			live
		`},
		{"the wildcard for a type that is asked for by name", `
			serve ecds f=1 g=1
			join  ecds *
			live
			serve ecds f=1
			> ecds -g
			ack
			live
		`},
		{"a type that is not served", `
			serve cds a=1
			say   other - x
			join  cds
			live
		`},
	})
}

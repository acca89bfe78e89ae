package xds

import "testing"

// A cluster that stands for others comes after these, alone, and stays for a while after it is not
// served any more: Envoy may crash where it goes before every worker has seen it.
func TestNextLingers(t *testing.T) {
	play(t, [][2]string{
		{"at the start it comes once the others are warm", `
			serve cds a=1 b=1 a>b=1(a,b) | rds r=1(a>b,a,b)
			ask   cds
			> cds
			> cds a=1 b=1
			ask   rds r
			ack   1
			ack   2
			> cds a>b=1
			ack
			> rds r=1(a>b,a,b)
			ack
			live
		`},
		{"at the start one of the others never is", `
			serve cds a=1 b=1 a>b=1(a,b) | rds r=1(a>b,a,b)
			ask   cds
			> cds
			> cds a=1 b=1
			ask   rds r
			ack   1
			wait  2s
			> cds -a -b
			ack   2
			ack   3
			> cds a=1
			wait  2s
			> cds -a
			ack   4
			ack   5
			> cds b=1
			ack   6
			> cds a>b=1
			ack   7
			> rds r=1(a>b,b)
		`},
		{"it lingers, and counts as gone", `
			serve cds a=1 b=1 a>b=1(a,b) | rds r=1(a>b,a,b)
			join  cds
			join  rds r
			live
			serve cds a=1 b=1 b>a=1(a,b) | rds r=1(b>a,a,b)
			> cds b>a=1
			ack
			> rds r=1(b>a,a,b)
			ack
			live
			why cds
			wait  59s
			wait  2s
			> cds -a>b
			ack
			live
		`},
		{"what it stands for goes at once", `
			serve cds a=1 b=1 c=1 a>b=1(a,b) | rds r=1(a>b,a,b)
			join  cds
			join  rds r
			live
			serve cds a=1 c=1 a>c=1(a,c) | rds r=1(a>c,a,c)
			> cds a>c=1
			ack
			> rds r=1(a>c,a,c)
			ack
			> cds -b
			ack
			live
		`},
		{"it comes back meanwhile", `
			serve cds a=1 b=1 a>b=1(a,b) | rds r=1(a>b,a,b)
			join  cds
			join  rds r
			serve cds a=1 b=1 | rds r=1(a,b)
			> rds r=1(a,b)
			ack
			live
			wait  30s
			serve cds a=1 b=1 a>b=1(a,b) | rds r=1(a>b,a,b)
			> rds r=1(a>b,a,b)
			ack
			wait  1h
			live
		`},
	})
}

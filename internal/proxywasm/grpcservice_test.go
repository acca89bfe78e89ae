package proxywasm

import "testing"

// Each was tried on Envoy 1.40: what has no target ends it ("unset oneof").
func TestGRPCTarget(t *testing.T) {
	for service, want := range map[string]target{
		"\n\x07\n\x05other":         {cluster: "other"},
		"\n\x07\n\x05other\x1a\x00": {cluster: "other"}, // a timeout beside it
		"\n\x02\n\x00":              {},
		"\x12\x09\n\x07x.y:123":     {google: true},
		"other":                     {cluster: "other", named: true},
		"nosuch":                    {cluster: "nosuch", named: true},
		"\n\x07\n\x05oth\xff\xff":   {cluster: "\n\x07\n\x05oth\xff\xff", named: true},
		"":                          {none: true},
		"hi":                        {none: true}, // field 13, 'i'
		"analytics":                 {none: true}, // field 12, "nalytics"
		"\x1a\x00":                  {none: true},
		"\n\x07\n\x05other\x12\x00": {google: true},     // the last one counts
		"\x12\x00\n\x07\n\x05other": {cluster: "other"}, // as here
		"\n\x09\n\x05other\x12\x00": {cluster: "other"}, // with an authority
		"\n\x09\n\x05other":         {cluster: "\n\x09\n\x05other", named: true},
	} {
		if got := grpcTarget([]byte(service)); got != want {
			t.Errorf("%q: %+v, want %+v", service, got, want)
		}
	}
}

package config

import (
	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// Codes are gRPC status codes, a bit each.
type Codes uint32

// Has says whether the code is among them.
func (c Codes) Has(code int) bool { return code >= 0 && code < 32 && c>>code&1 != 0 }

// codeNames are the codes from 1 on (github.com/grpc/grpc, doc/statuscodes.md); 0 is OK, which is no failure.
var codeNames = []string{
	"CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
	"DATA_LOSS", "UNAUTHENTICATED",
}

func codes(r *jsontext.Reader) (codes Codes, err *jsontext.Error) {
	err = r.Array(func(int) *jsontext.Error {
		name, err := r.String()
		for i, known := range codeNames {
			if name == known {
				codes |= 2 << i
				return err
			}
		}
		if err == nil {
			err = jsontext.NewError("no gRPC status code such as UNAVAILABLE")
		}
		return err
	})
	if err == nil && codes == 0 {
		err = errEmpty
	}
	return codes, err
}

// HeaderIs is a header that fails a response by what it says.
type HeaderIs struct{ Name, Value string }

func headersAre(r *jsontext.Reader) (headers []HeaderIs, err *jsontext.Error) {
	err = r.Object(func(key string) *jsontext.Error {
		if len(headers) == MaxRules {
			return jsontext.NewError("at most 16 headers")
		}
		name, err := responseHeaderName(key)
		if err != nil {
			return err
		}
		value, err := headerValue(r)
		headers = append(headers, HeaderIs{name, value})
		return err
	})
	if err == nil && len(headers) == 0 {
		err = errEmpty
	}
	return headers, err
}

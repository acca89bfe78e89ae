// Package config reads the plugin configuration. It is pure: text in, structs or an error out.
package config

import (
	"strings"
	"time"

	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// Limits on a configuration. Envoy takes 60 KiB of request headers by default, and a filter that is asked for more
// than this was asked by mistake. The errors have the numbers as text, and the tests hold them to it.
const (
	MaxRules      = 16
	MaxValues     = 1000
	MaxValueBytes = 8192
	MaxNameBytes  = 256
	MaxWeight     = 1000
	MaxAfter      = 1000
	MaxPeriod     = 24 * time.Hour
	MaxRequests   = 1000000
	MaxBytes      = 1 << 20
)

const (
	defaultName           = "my-wasm-filter"
	defaultResponseHeader = "x-proxy-wasm"
)

// Config is a plugin configuration. The zero value leaves requests and responses as they are.
type Config struct {
	Name           string
	ResponseHeader string // lower case; "" when the response stays as it is
	Rules          []Rule // of different headers
	// RetryOn are the statuses after which a request is sent again, through the filter: it is in an upstream's chain,
	// sees each try, and says which responses are followed by another.
	RetryOn   Statuses
	RetryGRPC Codes // as RetryOn, of responses that have their gRPC status among their headers
}

// Retries says whether some responses are followed by another try.
func (c *Config) Retries() bool { return c.RetryOn != nil || c.RetryGRPC != 0 }

var (
	errUnknownField = jsontext.NewError("unknown field")
	errMissing      = jsontext.NewError("missing")
	errEmpty        = jsontext.NewError("must not be empty")
)

// Parse reads a plugin configuration: a JSON object, or a plain header name, which means that header with the values
// hello and world, or nothing. Errors name the field, as in "headers[0].values: must not be empty".
func Parse(text string) (Config, *jsontext.Error) {
	if len(text) > MaxBytes {
		return Config{}, jsontext.NewError("at most 1048576 bytes")
	}
	text = strings.Trim(text, " \t\r\n")
	switch {
	case text == "":
		return Config{}, nil
	case text[0] == '{':
		return parseObject(text)
	}
	name, err := headerName(text)
	if err != nil {
		return Config{}, jsontext.NewError("neither a JSON object nor a header name: " + err.Error())
	}
	return Config{
		Name:           defaultName,
		ResponseHeader: defaultResponseHeader,
		Rules:          []Rule{{Name: name, Values: []string{"hello", "world"}}},
	}, nil
}

func parseObject(text string) (Config, *jsontext.Error) {
	c := Config{Name: defaultName, ResponseHeader: defaultResponseHeader}
	r := jsontext.NewReader(text)
	err := r.Object(func(key string) (err *jsontext.Error) {
		switch key {
		case "name":
			if c.Name, err = headerValue(r); err == nil && c.Name == "" {
				err = errEmpty
			}
		case "response_header":
			if c.ResponseHeader, err = r.String(); err == nil && c.ResponseHeader != "" {
				c.ResponseHeader, err = responseHeaderName(c.ResponseHeader)
			}
		case "headers":
			c.Rules, err = rules(r)
		case "retry_on":
			c.RetryOn, err = statuses(r)
		case "retry_grpc":
			c.RetryGRPC, err = codes(r)
		default:
			err = errUnknownField
		}
		return err
	})
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return Config{}, err
	}
	return c, nil
}

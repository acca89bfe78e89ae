package snapshot

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	casev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/http/header_formatters/preserve_case/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// requestHTTP1 is how clients' HTTP/1 is read, responseHTTP1 how upstreams' is: each side's
// formatter goes with the headers that it read. What filters add to a request looks like what
// clients send, User-Agent; what is added to a response is in lower case.
func requestHTTP1() (*corev3.Http1ProtocolOptions, error) {
	options, err := http1Options(&casev3.PreserveCaseFormatterConfig{
		FormatterTypeOnEnvoyHeaders: casev3.PreserveCaseFormatterConfig_PROPER_CASE,
	})
	if err != nil {
		return nil, err
	}
	options.AcceptHttp_10 = true
	options.IgnoreHttp_11Upgrade = offers()
	options.DefaultHostForHttp_10 = "localhost" // no upstream sees it: Host becomes the upstream's
	return options, nil
}

func responseHTTP1() (*corev3.Http1ProtocolOptions, error) {
	return http1Options(&casev3.PreserveCaseFormatterConfig{ForwardReasonPhrase: true})
}

// http1Options keep what HTTP/1 has and HTTP/2 has not: the case of header names, the reason
// phrase; and trailers, which Envoy drops by default.
func http1Options(format *casev3.PreserveCaseFormatterConfig) (*corev3.Http1ProtocolOptions, error) {
	packed, err := pack(format)
	if err != nil {
		return nil, err
	}
	return &corev3.Http1ProtocolOptions{
		EnableTrailers: true,
		HeaderKeyFormat: &corev3.Http1ProtocolOptions_HeaderKeyFormat{
			HeaderFormat: &corev3.Http1ProtocolOptions_HeaderKeyFormat_StatefulFormatter{
				StatefulFormatter: &corev3.TypedExtensionConfig{
					Name: "envoy.http.stateful_header_formatters.preserve_case", TypedConfig: packed,
				},
			},
		},
	}, nil
}

// offers are upgrades that a client may be refused (RFC 9110, section 7.8) and goes on without:
// other versions of HTTP, and TLS. Envoy answers 403 to the whole request else.
func offers() (all []*matcherv3.StringMatcher) {
	for _, prefix := range []string{"h2", "http/", "tls/"} {
		all = append(all, &matcherv3.StringMatcher{
			MatchPattern: &matcherv3.StringMatcher_Prefix{Prefix: prefix}, IgnoreCase: true,
		})
	}
	return all
}

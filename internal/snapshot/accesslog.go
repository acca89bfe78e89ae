package snapshot

import (
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/config/accesslog/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	streamv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/stream/v3"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/livefilter/livefilter/internal/config"
)

// logged has the fields of a line in JSON, under the names that Istio gives them. What is not
// known of a request is left out of its line (1.36 to 1.38: null), so that the two that say why one failed stand
// where something did. No header is among them that may hold a value of a pool: at the end of
// a request that is what the filter wrote. They are the same for every config: the format is
// part of the listener, and another one would drain it.
var logged = map[string]string{
	"start_time":                        "%START_TIME%",
	"method":                            "%REQ(:METHOD)%",
	"path":                              "%REQ(:PATH)%",
	"authority":                         "%REQ(:AUTHORITY)%",
	"protocol":                          "%PROTOCOL%",
	"request_id":                        "%REQ(X-REQUEST-ID)%",
	"x_forwarded_for":                   "%REQ(X-FORWARDED-FOR)%",
	"downstream_remote_address":         "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%",
	"response_code":                     "%RESPONSE_CODE%",
	"response_code_details":             "%RESPONSE_CODE_DETAILS%",
	"response_flags":                    "%RESPONSE_FLAGS%",
	"upstream_transport_failure_reason": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
	"upstream_cluster":                  "%UPSTREAM_CLUSTER%",
	"upstream_host":                     "%UPSTREAM_HOST%",
	"upstream_request_attempt_count":    "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
	"duration":                          "%DURATION%",
	"response_duration":                 "%RESPONSE_DURATION%",
	"bytes_received":                    "%BYTES_RECEIVED%",
	"bytes_sent":                        "%BYTES_SENT%",
}

// textLine is Envoy's default format, for what reads that, and then why. The User-Agent, which
// may be of a pool, is not in its place; the time until the upstream answered is in that of the
// header which said it.
const textLine = `[%START_TIME%] "%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ` +
	`%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESPONSE_DURATION% "%REQ(X-FORWARDED-FOR)%" "-" "%REQ(X-REQUEST-ID)%" ` +
	`"%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER% %UPSTREAM_REQUEST_ATTEMPT_COUNT% ` +
	`%RESPONSE_CODE_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%"` + "\n"

// accessLogs write a line a request to Envoy's standard output, or none.
func accessLogs(l config.Listener) ([]*accesslogv3.AccessLog, error) {
	format := &corev3.SubstitutionFormatString{}
	switch l.AccessLog {
	case "off":
		return nil, nil
	case "text":
		format.Format = &corev3.SubstitutionFormatString_TextFormatSource{
			TextFormatSource: &corev3.DataSource{Specifier: &corev3.DataSource_InlineString{InlineString: textLine}},
		}
	default:
		fields := make(map[string]*structpb.Value, len(logged))
		for name, operator := range logged {
			fields[name] = structpb.NewStringValue(operator)
		}
		format.Format = &corev3.SubstitutionFormatString_JsonFormat{JsonFormat: &structpb.Struct{Fields: fields}}
		format.OmitEmptyValues = true
	}
	packed, err := pack(&streamv3.StdoutAccessLog{AccessLogFormat: &streamv3.StdoutAccessLog_LogFormat{LogFormat: format}})
	if err != nil {
		return nil, err
	}
	return []*accesslogv3.AccessLog{{
		Name:       "envoy.access_loggers.stdout",
		ConfigType: &accesslogv3.AccessLog_TypedConfig{TypedConfig: packed},
	}}, nil
}

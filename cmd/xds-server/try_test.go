package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/try/report"
)

func TestTry(t *testing.T) {
	for name, args := range map[string][]string{
		"try-talks": {"try-talks.yaml", "-H", "X-Talk: not yet", "-H", "Host: a.example", "--path", "/a?b=c"},
		"try-pool": {"try-pool.yaml", "-n", "4", "--every", "20s", "-H", "user-agent: curl", "--status", "429",
			"--response-header", "Retry-After: 30", "--body", "{}", "--method", "PUT"},
		"try-pool-once": {"try-pool.yaml", "--filter", "pool", "--status-if", "x-key=only:403"},
		"try-match":     {"try-match.yaml", "-H", "Host: a.example", "--path", "/api/x", "-H", "x-plan: gold"},
		"try-unmatched": {"try-match.yaml", "-n", "2", "-H", "Host: b.example", "--path", "/api/x"},
		"try-trap":      {"try-trap.yaml"},
		"try-deny":      {"try-deny.yaml", "-n", "3"},
		"try-deny-json": {"try-deny.yaml", "--json", "--response-body", "never seen"},
		"try-choosing":  {"try-choosing.yaml", "-n", "9", "--every", "1s", "--header", "X-User: ann"},
		"try-all-out":   {"try-all-out.yaml", "-n", "3", "--every", "1s", "--status", "429"},
		"try-alias":     {"try-alias.yaml", "-n", "2", "--status", "429"},
		"try-set":       {"try-set.yaml", "-n", "2", "--every", "48h", "--status", "401", "-H", "user-agent: curl"},
		"try-grpc": {"try-grpc.yaml", "-n", "2", "--method", "POST", "--response-header", "content-type: application/grpc",
			"--response-header", "grpc-status: 14", "--response-header", "x-reset: 5m0s"},
		"try-mutate": {"try-mutate.yaml", "-H", "X-Old: o", "-H", "X-Secret: s", "--response-header", "Server: up"},
		"try-across": {"try-across.yaml", "-n", "3", "--every", "40s",
			"--status-if", "x-livefilter-upstream=a:503", "--status-if", "x-livefilter-upstream=b:503"},
		"try-waits":     {"validate-warning.yaml"},
		"try-errors":    {"validate-errors.yaml"},
		"try-refused":   {"validate-refused.yaml"},
		"try-no-filter": {"try-deny.yaml", "--filter", "denny"},
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, append([]string{"try"}, args...)...) })
	}
}

// Each of many values has its share.
func TestTryShares(t *testing.T) {
	stdout, stderr, code := command(t, "try", "testdata/validate-ok.yaml", "-n", "2000", "--json")
	var out report.Document
	if err := json.Unmarshal([]byte(stdout), &out); err != nil || code != 0 || stderr != "" {
		t.Fatalf("exit %d, %v, %s", code, err, stderr)
	}
	if out.Requests != 2000 || len(out.Exchanges) != 100 || out.Statuses["200"] != 2000 || len(out.Values) != 2 {
		t.Errorf("%+v", out)
	}
	for _, v := range out.Values { // 1000 expected; ten standard deviations are 224
		if v.Chosen < 776 || v.Chosen > 1224 || v.Header != "user-agent" || v.Evicted != 0 || v.Out {
			t.Errorf("%+v", v)
		}
	}
}

func TestTryFlags(t *testing.T) {
	for want, args := range map[string][]string{
		`-H "x": must be NAME: VALUE`:                                       {"-H", "x"},
		`-H ":path: /": "" is no name of a header`:                          {"-H", ":path: /"},
		`-H "a b: c": "a b" is no name of a header`:                         {"-H", "a b: c"},
		`-H "a: b\r\nc: d": the value has a character that a header cannot`: {"-H", "a: b\r\nc: d"},
		`--response-header "x": must be NAME: VALUE`:                        {"--response-header", "x"},
		"--status 99: must be a number from 200 to 599":                     {"--status", "99"},
		`--status-if "a=b": must be HEADER=VALUE:STATUS`:                    {"--status-if", "a=b"},
		`--status-if "a=b:1": the status must be a number from 200 to 599`:  {"--status-if", "a=b:1"},
		"-n 0: must be a number from 1 to 100000":                           {"-n", "0"},
		"--every -1s: must not be negative":                                 {"--every", "-1s"},
		`--method "G T": is no method`:                                      {"--method", "G T"},
		`--path "x": must begin with / and have no spaces`:                  {"--path", "x"},
	} {
		stdout, stderr, code := command(t, append([]string{"try", "testdata/validate-ok.yaml"}, args...)...)
		if code != exitUsage || stdout != "" || !strings.HasPrefix(stderr, "xds-server try: "+want) {
			t.Errorf("%v: exit %d, %q, %q; want %q", args, code, stdout, stderr, want)
		}
	}
}

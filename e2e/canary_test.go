package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"html"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	statusv3 "github.com/envoyproxy/go-control-plane/envoy/service/status/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"
)

// canaries are secrets that stand in a config, each in one place.
type canaries []string

// one returns a canary that nothing else has in it, for YAML in single quotes: of a kind that
// escapes differently each time.
func (c *canaries) one() string {
	n := len(*c)
	s := []string{"canary-Xy7-%02d-end", `cAn"\<&>é %02d z`, "Zq%02dk"}[n%3]
	*c = append(*c, fmt.Sprintf(s, n))
	return (*c)[n]
}

// formsOf are texts that tell a canary to whoever reads them, by what they are.
func formsOf(canary string) map[string]string {
	asJSON, _ := json.Marshal(canary)
	var plainJSON bytes.Buffer
	enc := json.NewEncoder(&plainJSON)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(canary)
	inner := func(quoted string) string { return strings.Trim(strings.TrimSpace(quoted), `"`) }
	h := fnv.New32a()
	_, _ = h.Write([]byte(canary))
	forms := map[string]string{
		"plain": canary, "Go": inner(strconv.Quote(canary)), "ASCII": inner(strconv.QuoteToASCII(canary)), "JSON": inner(string(asJSON)),
		"plain JSON": inner(plainJSON.String()), "HTML": html.EscapeString(canary), "URL": url.QueryEscape(canary), "path": url.PathEscape(canary),
		"hex": hex.EncodeToString([]byte(canary)), "sha256": fmt.Sprintf("%x", sha256.Sum256([]byte(canary))), "lower": strings.ToLower(canary),
		"log": inner(strconv.Quote(inner(strconv.Quote(canary)))),
	}
	for i := range 3 { // base64 of a text with it somewhere
		padded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", i) + canary + "xxx"))
		forms["base64 "+strconv.Itoa(i)] = padded[4*((i+2)/3) : 4*((i+len(canary))/3)]
	}
	return forms
}

// mustNotTell looks for the canaries in all that the server has said, and for pieces of them.
func (c canaries) mustNotTell(t *testing.T, told map[string]string) {
	t.Helper()
	for _, canary := range c {
		forms := formsOf(canary)
		for i := 0; i+10 <= len(canary); i++ {
			forms["piece "+strconv.Itoa(i)] = strings.ToValidUTF8(canary[i:i+10], "")
		}
		for where, text := range told {
			for name, form := range forms {
				if at := strings.Index(text, form); at >= 0 && len(form) >= 5 {
					t.Errorf("%s has %q (%s): …%s…", where, canary, name, text[max(0, at-200):min(len(text), at+100)])
					break
				}
			}
		}
	}
}

// shown is all that the server shows to anybody, and what its commands print.
func (s *stack) shown(planned string) map[string]string {
	s.t.Helper()
	all := map[string]string{"log": s.server.out.String(), "csds": s.csds()}
	for _, page := range []string{"", "status", "edits", "history", "resources", "metrics", "out", "readyz", "healthz"} {
		all["/"+page] = fetched(s.t, "http://"+s.admin+"/"+page)
	}
	must(s.t, writeFile(s.dir, "planned.yaml", planned))
	for _, command := range []string{
		"status", "status -v", "status --json", "doctor planned.yaml", "doctor livefilter.yaml", "why -n 100", "why -n 100 --json", "out", "out --json", "retry", "plan planned.yaml", "plan planned.yaml --json",
		"validate planned.yaml", "validate livefilter.yaml", "history -n 50", "history --json", "diff 1 now", "diff file", "rollback 999",
	} {
		args := strings.Fields(command)
		if args[0] != "validate" {
			args = append(args, "--admin-address", s.admin)
		}
		cmd := exec.Command(xdsServer, args...)
		cmd.Dir = s.dir
		out, _ := cmd.CombinedOutput() // its status is of no interest
		if len(out) == 0 {
			s.t.Errorf("%s says nothing", command)
		}
		all[command] = string(out)
	}
	return all
}

// csds is what Envoy's own protocol says of who runs what.
func (s *stack) csds() string {
	conn, err := grpc.NewClient(s.xds, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(s.t, err)
	defer conn.Close()
	resp, err := statusv3.NewClientStatusDiscoveryServiceClient(conn).FetchClientStatus(s.t.Context(), &statusv3.ClientStatusRequest{})
	must(s.t, err)
	return protojson.Format(resp)
}

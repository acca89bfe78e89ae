package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/colour"
	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/terminal"
)

// ask gets a page of a running server's admin port.
func ask[T any](ctx context.Context, w *where, path string) (answer T, err error) {
	return request[T](ctx, http.MethodGet, w, path, http.NoBody)
}

// maxAnswer bounds what is read of an answer: that of a server with 10,000 Envoys has 40 MB.
const maxAnswer = 1 << 30

// request asks a running server's admin port; the answer is JSON.
func request[T any](ctx context.Context, method string, w *where, path string, body io.Reader) (answer T, err error) {
	resp, err := w.do(ctx, method, path, body)
	if err != nil {
		return answer, err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusOK:
	case ours(resp):
		return answer, fmt.Errorf("ask the server: %s%s answers %s%s", w.address, path, statusLine(resp), reason(resp))
	default:
		return answer, notOurs(w, path, statusLine(resp)+reason(resp))
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) // a connection is used again once it is read to the end
	if err != nil {
		return answer, w.noAnswer(resp.Request.URL.Host, err)
	}
	return decode[T](w, path, ours(resp), data)
}

// ours reports whether an answer is that of a livefilter server, of this release at least.
func ours(resp *http.Response) bool { return resp.Header.Get(admin.Header) != "" }

// decode reads the JSON of an answer.
func decode[T any](w *where, path string, ours bool, data []byte) (answer T, err error) {
	if ours {
		if err := json.Unmarshal(data, &answer); err != nil {
			return answer, errUnreachable{fmt.Errorf("ask the server: %s is a livefilter server, and what it answers to %s is not what this xds-server asked for: are they of one release?", w.address, path)}
		}
		return answer, nil
	}
	// A server of an earlier release does not say what it is. It has no fields that this one does not know.
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&answer); err != nil || bytes.Equal(bytes.TrimSpace(data), []byte("{}")) {
		return answer, notOurs(w, path, "something else")
	}
	return answer, nil
}

func notOurs(w *where, path, answer string) error {
	return errUnreachable{fmt.Errorf("ask the server: %s is no livefilter server's admin port, or of an earlier release: asked for %s it answers %s", w.address, path, answer)}
}

// do returns any answer but one that sends away who asks.
func (w *where) do(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	base, err := w.base()
	if err != nil {
		return nil, err
	}
	if err := w.open(); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, base+path, body)
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	if w.token != "" {
		req.Header.Set("Authorization", "Bearer "+w.token)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return nil, w.noAnswer(req.URL.Host, err)
	}
	if err := w.sentAway(resp); err != nil {
		resp.Body.Close()
		err = fmt.Errorf("ask the server: %w", err)
		if !ours(resp) {
			err = errUnreachable{err}
		}
		return nil, err
	}
	return resp, nil
}

// sentAway says what to do where the server does not answer this user.
func (w *where) sentAway(resp *http.Response) error {
	switch resp.StatusCode {
	case http.StatusUnauthorized:
		switch {
		case w.tokenMissing != nil:
			return fmt.Errorf("%s wants its token: %w", w.address, w.tokenMissing)
		case w.token != "":
			return fmt.Errorf("%s has another token than the one in %s", w.address, w.tokenFile)
		}
		return fmt.Errorf("%s wants its token: --admin-token-file FILE, or $LIVEFILTER_ADMIN_TOKEN_FILE; on its own machine 127.0.0.1 needs none", w.address)
	case http.StatusForbidden, http.StatusTooManyRequests:
		return fmt.Errorf("%s refuses%s", w.address, reason(resp))
	case http.StatusBadRequest:
		if words := reason(resp); strings.Contains(words, "HTTP request to an HTTPS server") {
			return &speaksTLS{w.address, resp.Request.URL.Host}
		}
		return errors.New(w.address + " answers " + statusLine(resp))
	}
	return nil
}

// speaksTLS is why a server does not answer who asks in plaintext.
type speaksTLS struct{ address, host string }

func (e *speaksTLS) Error() string {
	return fmt.Sprintf("%s speaks TLS: --admin-address https://%s, and --tls-ca FILE for the CA of its certificate", e.address, e.host)
}

// statusLine is that of resp in words of ours: a server may write anything there.
func statusLine(resp *http.Response) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)))
}

// reason is what a server says of a refusal, as an end of a sentence: one line, and nothing that a terminal obeys.
func reason(resp *http.Response) string {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	words := terminal.Line(strings.TrimSpace(string(text)), ' ')
	if words == "" {
		return ""
	}
	return ": " + words
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// warn prints what p could not be judged by.
func warn(w io.Writer, p *prepare.Prepared) {
	for _, text := range p.Warnings {
		fmt.Fprintln(w, colour.For(w).Warn("warning:"), text)
	}
}

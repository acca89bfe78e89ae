package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/livefilter/livefilter/internal/prepare"
	"github.com/livefilter/livefilter/internal/terminal"
)

// ask gets a page of a running server's admin port.
func ask[T any](ctx context.Context, w *where, path string) (answer T, err error) {
	return request[T](ctx, http.MethodGet, w, path, http.NoBody)
}

// request asks a running server's admin port; the answer is JSON.
func request[T any](ctx context.Context, method string, w *where, path string, body io.Reader) (answer T, err error) {
	resp, err := w.do(ctx, method, path, body)
	if err != nil {
		return answer, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("ask the server: %s%s answers %s%s", w.address, path, resp.Status, reason(resp))
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return answer, fmt.Errorf("read the server's answer: %w", err)
	}
	_, _ = io.Copy(io.Discard, resp.Body) // a connection is used again once it is read to the end
	return answer, nil
}

// do returns any answer but one that sends away who asks.
func (w *where) do(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	if err := w.open(); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, w.base()+path, body)
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	if w.token != "" {
		req.Header.Set("Authorization", "Bearer "+w.token)
	}
	resp, err := w.client.Do(req)
	var unknown x509.UnknownAuthorityError
	switch {
	case err != nil && strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return nil, fmt.Errorf("ask the server: it speaks no TLS: --admin-address http://%s", req.URL.Host)
	case errors.As(err, &unknown):
		return nil, fmt.Errorf("ask the server: %w: name its CA by --tls-ca FILE", err)
	case err != nil && strings.Contains(err.Error(), "tls: certificate required"):
		return nil, fmt.Errorf("ask the server: %w: show one by --tls-cert FILE --tls-key FILE", err)
	case err != nil && strings.Contains(err.Error(), "remote error: tls: ") && w.cert != "":
		return nil, fmt.Errorf("ask the server: %w: it does not take %s: is that of its --admin-client-ca, and not over?", err, w.cert)
	case err != nil:
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	if err := w.sentAway(resp); err != nil {
		resp.Body.Close()
		return nil, fmt.Errorf("ask the server: %w", err)
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
			return fmt.Errorf("%s has another token than the one in %s", w.address, cmp.Or(w.tokenFile, "$"+tokenVariable))
		}
		return fmt.Errorf("%s wants its token: --admin-token-file FILE, or $%s; on its own machine 127.0.0.1 needs none", w.address, tokenVariable)
	case http.StatusForbidden, http.StatusTooManyRequests:
		return fmt.Errorf("%s refuses%s", w.address, reason(resp))
	case http.StatusBadRequest:
		if words := reason(resp); strings.Contains(words, "HTTP request to an HTTPS server") {
			return &speaksTLS{w.address, resp.Request.URL.Host}
		}
		return errors.New(w.address + " answers " + resp.Status)
	}
	return nil
}

// speaksTLS is why a server does not answer who asks in plaintext.
type speaksTLS struct{ address, host string }

func (e *speaksTLS) Error() string {
	return fmt.Sprintf("%s speaks TLS: --admin-address https://%s, and --tls-ca FILE for the CA of its certificate", e.address, e.host)
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
		fmt.Fprintln(w, "warning:", text)
	}
}

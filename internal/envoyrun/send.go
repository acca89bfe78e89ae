package envoyrun

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// send makes one request on a connection of its own. A body goes in two pieces, so that a filter sees it come.
func send(ctx context.Context, address string, withBody bool) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if withBody {
		r, w := io.Pipe()
		method, body = http.MethodPost, r
		go func() {
			_, _ = io.WriteString(w, "hel")
			time.Sleep(50 * time.Millisecond)
			_, _ = io.WriteString(w, "lo")
			_ = w.Close()
		}()
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+address+"/path?query=1", body)
	if err != nil {
		return err
	}
	req.Header.Set("user-agent", "preflight")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}

package e2e

import "testing"

// A start says that it serves once its ports are bound and the config is there, and then when that is live.
func TestFirstStart(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.startServer()
	s.server.await(`level=INFO msg="waiting for Envoys: [^"]+" expected=1`)
	s.startEnvoy()
	s.server.await(`(?s)msg=serving .*msg="waiting for Envoys.*msg="config is live" version=` + s.status().Version + ` took=`)
	s.says("status", `live on 1 of 1`)
}

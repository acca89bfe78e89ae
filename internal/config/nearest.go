package config

import "github.com/livefilter/livefilter/internal/spelling"

// nearest returns the name that s is most likely a misspelling of, or "".
func nearest(s string, names []string) string { return spelling.Nearest(s, names) }

//go:build !linux

package holder

import "net/netip"

// Of knows nothing: there is no /proc.
func Of(netip.AddrPort) (Process, bool) { return Process{}, false }

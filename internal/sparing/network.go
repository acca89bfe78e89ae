package sparing

import "net/netip"

// Network is an address, of which the port is left out, as one host has it: of IPv6 the network, in which a host has as
// many as it likes. It is the zero address where there is none.
func Network(address string) netip.Addr {
	end, err := netip.ParseAddrPort(address)
	if err != nil {
		return netip.Addr{}
	}
	ip := end.Addr().Unmap().WithZone("")
	if ip.Is6() {
		net, _ := ip.Prefix(64)
		return net.Addr()
	}
	return ip
}

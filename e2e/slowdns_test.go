package e2e

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// slowDNS knows every name, as 127.0.0.1, and takes its time. It returns its port.
func slowDNS(t testing.TB, delay time.Duration) int {
	return dnsServer(t, delay, func(string) bool { return true })
}

// dnsServer is slowDNS for the names that answers says.
func dnsServer(t testing.TB, delay time.Duration, answers func(name string) bool) int {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		query := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(query)
			if err != nil {
				return
			}
			name, reply := dnsReply(query[:n])
			if !answers(name) {
				continue
			}
			time.AfterFunc(delay, func() { _, _ = conn.WriteTo(reply, from) })
		}
	}()
	return conn.LocalAddr().(*net.UDPAddr).Port
}

// dnsReply answers the one question of a query (RFC 1035, section 4), which is for name.
func dnsReply(query []byte) (name string, reply []byte) {
	end := 12
	for query[end] != 0 {
		label := query[end+1 : end+1+int(query[end])]
		name += "." + string(label)
		end += 1 + len(label)
	}
	question := query[12 : end+5]
	ipv4 := question[len(question)-3] == 1 // else IPv6, of which there is nothing
	reply = append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
	if ipv4 {
		reply[7] = 1
		reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1)
	}
	return strings.ToLower(strings.TrimPrefix(name, ".")), reply
}

// useDNS makes an Envoy that starts next ask the DNS server on a port.
func (s *stack) useDNS(port int) {
	s.bootstrap = fmt.Sprintf(`
typed_dns_resolver_config:
  name: envoy.network.dns_resolver.cares
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig
    resolvers: [{socket_address: {address: 127.0.0.1, port_value: %d}}]
`, port)
}

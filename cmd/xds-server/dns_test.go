package main

import (
	"context"
	"encoding/binary"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
)

// TestMain gives the commands a DNS of their own: no test asks this machine's.
func TestMain(m *testing.M) {
	for _, variable := range os.Environ() { // of whoever runs the tests
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "LIVEFILTER_") {
			_ = os.Unsetenv(name)
		}
	}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go answerDNS(conn)
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	os.Exit(m.Run())
}

// born are the hosts under .unborn that exist by now; all others of these do not, and every
// other host does.
var born sync.Map

// answerDNS says 192.0.2.1 or NXDOMAIN (RFC 1035, 4.1).
func answerDNS(conn net.PacketConn) {
	query := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFrom(query)
		if err != nil {
			return
		}
		var labels []string
		at := 12
		for at < n && query[at] != 0 {
			labels = append(labels, string(query[at+1:at+1+int(query[at])]))
			at += 1 + int(query[at])
		}
		question := query[12 : at+5]
		reply := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
		host := strings.Join(labels, ".")
		_, exists := born.Load(host)
		switch {
		case strings.Contains(host, ".unborn") && !exists:
			reply[3] |= 3
		case binary.BigEndian.Uint16(question[len(question)-4:]) == 1:
			reply[7] = 1
			reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2, 1)
		}
		_, _ = conn.WriteTo(reply, from)
	}
}

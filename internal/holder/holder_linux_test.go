package holder

import (
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"} {
		lis, err := net.Listen("tcp", address)
		if err != nil {
			t.Logf("NOT TESTED: %s: %v", address, err) // a machine without IPv6
			continue
		}
		port := lis.Addr().(*net.TCPAddr).AddrPort()
		if p, ok := Of(port); !ok || p.PID != os.Getpid() || p.Name == "" || p.UID != os.Getuid() {
			t.Errorf("%s: %+v %v", address, p, ok)
		}
		_ = lis.Close()
		if p, ok := Of(port); ok {
			t.Errorf("%s is closed: %+v", address, p)
		}
	}
}

func TestListeners(t *testing.T) {
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:4650 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 4711 1 0 100 0 0 10 0
   1: 0100007F:4651 0100007F:4650 01 00000000:00000000 00:00000000 00000000   101        0 4712 1 0 100 0 0 10 0
   2: nonsense 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 4713 1
   3: 00000000000000000000000001000000:1F90 0:0 0A 0:0 00:0 0   0        0 4714 1
`
	all := listeners(strings.NewReader(table))
	if len(all) != 2 || all[0] != (listener{netip.MustParseAddrPort("127.0.0.1:18000"), 101, "4711"}) ||
		all[1].address != netip.MustParseAddrPort("[::1]:8080") {
		t.Fatalf("%+v", all)
	}
	for address, want := range map[string]bool{
		"127.0.0.1:18000": true, "0.0.0.0:18000": true, "[::]:18000": true, "[::ffff:127.0.0.1]:18000": true,
		"127.0.0.2:18000": false, "127.0.0.1:18001": false,
	} {
		if got := all[0].bars(netip.MustParseAddrPort(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	if !all[0].bars(netip.AddrPortFrom(netip.Addr{}, 18000)) {
		t.Error(":18000 is taken, too")
	}
	if got := (Process{UID: 7}).String(); got != "a process of user 7 that cannot be seen from here" {
		t.Error(got)
	}
}

package holder

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/livefilter/livefilter/internal/terminal"
)

// listening is the state TCP_LISTEN of /proc/net/tcp, see proc_pid_net(5).
const listening = "0A"

// Of returns the process that listens where address would; false: none does, or /proc does not say.
func Of(address netip.AddrPort) (Process, bool) {
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(table)
		if err != nil {
			continue
		}
		all := listeners(f)
		_ = f.Close()
		for _, l := range all {
			if l.bars(address) {
				return owner(l), true
			}
		}
	}
	return Process{}, false
}

// listeners reads a table of the kernel's sockets, and leaves out what it does not understand.
func listeners(table io.Reader) (all []listener) {
	for lines := bufio.NewScanner(table); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 10 || fields[3] != listening {
			continue
		}
		address, ok := addressOf(fields[1])
		uid, err := strconv.Atoi(fields[7])
		if ok && err == nil {
			all = append(all, listener{address, uid, fields[9]})
		}
	}
	return all
}

// addressOf parses "0100007F:4650": words of 32 bits in the order of the machine, which is a little endian one
// wherever Envoy runs.
func addressOf(field string) (netip.AddrPort, bool) {
	host, port, _ := strings.Cut(field, ":")
	ip, err := hex.DecodeString(host)
	n, err2 := strconv.ParseUint(port, 16, 16)
	if err != nil || err2 != nil || len(ip)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for i := 0; i < len(ip); i += 4 {
		ip[i], ip[i+1], ip[i+2], ip[i+3] = ip[i+3], ip[i+2], ip[i+1], ip[i]
	}
	a, ok := netip.AddrFromSlice(ip)
	return netip.AddrPortFrom(a, uint16(n)), ok
}

// owner looks for the process that has l among its open files. A process may call itself anything.
func owner(l listener) Process {
	socket := "socket:[" + l.inode + "]"
	files, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, file := range files {
		if target, err := os.Readlink(file); err != nil || target != socket {
			continue
		}
		process := filepath.Dir(filepath.Dir(file))
		pid, _ := strconv.Atoi(filepath.Base(process))
		name, _ := os.ReadFile(filepath.Join(process, "comm"))
		return Process{PID: pid, Name: terminal.Line(string(bytes.TrimSpace(name)), '?'), UID: l.uid}
	}
	return Process{UID: l.uid}
}

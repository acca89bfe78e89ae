//go:build unix

package proxywasm

import "golang.org/x/sys/unix"

func reserve(n uint64) []byte {
	if n == 0 {
		return []byte{}
	}
	b, err := unix.Mmap(-1, 0, int(n), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil { // a system that does not overcommit
		return make([]byte, n)
	}
	return b
}

// unreserve ignores slices that unix.Mmap did not make: Munmap knows its own.
func unreserve(b []byte) { _ = unix.Munmap(b) }

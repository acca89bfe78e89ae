//go:build tinygo

package main

import "unsafe"

//go:wasmimport wasi_snapshot_preview1 random_get
func randomGet(buffer unsafe.Pointer, size uint32) (errno uint32)

// arc4random is what TinyGo's runtime seeds its generators with. It stands in for libc's, which brings assert and with
// it all of printf: 14 KB for one random number. Without the host's help the number is 0, and sequences repeat.
//
//go:linkname arc4random arc4random
func arc4random() uint32 {
	var number uint32
	randomGet(unsafe.Pointer(&number), 4)
	return number
}

package pool

import (
	"encoding/binary"

	"github.com/livefilter/livefilter/filter/internal/host"
)

// number reads a number of the shared data; 0 is none.
func number(data []byte) int64 {
	if len(data) != 8 {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(data))
}

var swapped [8]byte // what is swapped in is copied by the host

func swapNumber(key string, n int64, cas uint32) bool {
	binary.LittleEndian.PutUint64(swapped[:], uint64(n))
	return host.SwapSharedData(key, swapped[:], cas)
}

// forget empties what is under a key.
func forget(key string) {
	if data, cas := host.SharedData(key); len(data) > 0 {
		host.SwapSharedData(key, nil, cas)
	}
}

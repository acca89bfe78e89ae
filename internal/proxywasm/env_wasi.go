package proxywasm

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
	"strings"
)

// Errors of WASI.
const (
	errBadf        uint32 = 8
	errFault       uint32 = 21
	errInval       uint32 = 28
	errNoent       uint32 = 44
	errNosys       uint32 = 52
	errNotdir      uint32 = 20
	errNotsup      uint32 = 58
	maxRandom             = 64 << 10 // PROXY_WASM_HOST_WASI_RANDOM_GET_MAX_SIZE_BYTES
	stdout, stderr        = 1, 2
	maxVectors            = 64 << 10 // of one write: a call into the host cannot be stopped
)

// wasiCalls are those that do something; Envoy offers them, and wasiFileCalls, under two module names.
var wasiCalls = map[string]hostFunc{
	"fd_write":          fn("iiii", func(h *hostCall) uint32 { return h.write(3) }),
	"fd_pwrite":         fn("iiiIi", func(h *hostCall) uint32 { return h.write(4) }),
	"fd_fdstat_get":     fn("ii", (*hostCall).fdstat),
	"environ_get":       fn("ii", (*hostCall).environ),
	"environ_sizes_get": fn("ii", (*hostCall).environSizes),
	"args_get":          bare("ii", 0),
	"args_sizes_get":    fn("ii", (*hostCall).nothing),
	"clock_time_get":    fn("iIi", (*hostCall).clock),
	"clock_res_get":     fn("ii", (*hostCall).resolution),
	"random_get":        fn("ii", (*hostCall).random),
	"sched_yield":       bare("", 0),
	"poll_oneoff":       fn("iiii", func(h *hostCall) uint32 { return fault(h.put32(3, 0)) }),
	// Envoy logs the call and returns, so that the module runs into the unreachable behind it.
	"proc_exit": {sig: sig("i", ""), do: func(*hostCall) uint32 { return 0 }},
}

// bare is a WASI function that answers without looking at anything.
func bare(params string, answer uint32) hostFunc {
	f := fn(params, func(*hostCall) uint32 { return answer })
	f.bare = true
	return f
}

func fault(done bool) uint32 {
	if done {
		return 0
	}
	return errFault
}

// write turns stdout into info lines and stderr into errors. Envoy logs each call on its own; whole lines say more.
func (h *hostCall) write(written int) uint32 {
	level := Info
	switch h.u32(0) {
	case stdout:
	case stderr:
		level = Error
	default:
		return errBadf
	}
	var text []byte
	total := 0
	if h.u32(2) > maxVectors { // Envoy has no bound; nor is it of use
		return errInval
	}
	for i := range h.u32(2) {
		vec, there := h.at(h.u32(1)+i*8, 8)
		if !there {
			return errFault
		}
		b, there := h.at(binary.LittleEndian.Uint32(vec), binary.LittleEndian.Uint32(vec[4:]))
		if !there {
			return errFault
		}
		if total += len(b); len(text) <= maxLineBytes {
			text = append(text, b[:min(len(b), maxLineBytes+1)]...)
		}
	}
	h.vm.Log.write(level, text)
	return fault(h.put32(written, uint32(total)))
}

// fdstat says that stdout and stderr can be written.
func (h *hostCall) fdstat() uint32 {
	if fd := h.u32(0); fd != stdout && fd != stderr {
		return errBadf
	}
	if b, there := h.at(h.u32(1), 24); there {
		clear(b)
		b[8] = 64
	}
	return 0
}

// environ writes "NAME=value\x00" for each variable, and where each begins.
func (h *hostCall) environ() uint32 {
	list, at := h.u32(0), h.u32(1)
	for _, text := range h.variables() {
		pointer, there := h.at(list, 4)
		to, thereToo := h.at(at, uint32(len(text)))
		if !there || !thereToo {
			return errFault
		}
		binary.LittleEndian.PutUint32(pointer, at)
		copy(to, text)
		list, at = list+4, at+uint32(len(text))
	}
	return 0
}

func (h *hostCall) environSizes() uint32 {
	all := h.variables()
	return fault(h.put32(0, uint32(len(all))) && h.put32(1, uint32(len(strings.Join(all, "")))))
}

func (h *hostCall) variables() (all []string) {
	for name, value := range h.vm.plugin.Env {
		all = append(all, name+"="+value+"\x00")
	}
	slices.Sort(all) // Envoy has them in no order
	return all
}

func (h *hostCall) nothing() uint32 { return fault(h.put32(0, 0) && h.put32(1, 0)) }

func (h *hostCall) clock() uint32 {
	switch h.u32(0) {
	case 0:
		return fault(h.put64(2, uint64(h.vm.now().UnixNano())))
	case 1:
		return fault(h.put64(2, uint64(h.vm.now().Sub(h.vm.started))))
	}
	return errNotsup
}

func (h *hostCall) resolution() uint32 {
	if h.u32(0) > 1 {
		return errNotsup
	}
	return fault(h.put64(1, 1))
}

func (h *hostCall) random() uint32 {
	if h.u32(1) > maxRandom {
		return errInval
	}
	if h.u32(1) == 0 {
		return 0
	}
	b, there := h.bytes(0)
	if there {
		_, _ = rand.Read(b)
	}
	return fault(there)
}

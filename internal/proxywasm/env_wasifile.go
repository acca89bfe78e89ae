package proxywasm

import "strings"

// wasiFileCalls are what Envoy offers of files and sockets, of which it has none. It added most of them for Go's
// runtime (proxy-wasm-cpp-host#533); Envoy 1.40 has them all.
var wasiFileCalls = map[string]hostFunc{
	"fd_read":                 bare("iiii", errNosys),
	"fd_seek":                 fn("iIii", func(*hostCall) uint32 { return 0 }),
	"fd_close":                fn("i", func(*hostCall) uint32 { return 0 }),
	"fd_fdstat_set_flags":     bare("ii", errNosys),
	"fd_prestat_get":          bare("ii", errBadf),
	"fd_prestat_dir_name":     bare("iii", errNosys),
	"fd_filestat_get":         bare("ii", errBadf),
	"fd_advise":               bare("iIIi", 0),
	"fd_allocate":             standard("iII"),
	"fd_datasync":             standard("i"),
	"fd_fdstat_set_rights":    standard("iII"),
	"fd_filestat_set_size":    standard("iI"),
	"fd_filestat_set_times":   standard("iIIi"),
	"fd_pread":                bare("iiiIi", errNosys),
	"fd_readdir":              zero32("iiiIi", 4, errNotdir),
	"fd_renumber":             fn("ii", (*hostCall).renumber),
	"fd_sync":                 standard("i"),
	"fd_tell":                 fn("ii", (*hostCall).tell),
	"path_open":               bare("iiiiiIIii", errNoent),
	"path_filestat_get":       bare("iiiii", errNotsup),
	"path_create_directory":   bare("iii", errNotsup),
	"path_filestat_set_times": bare("iiiiIIi", errNotsup),
	"path_link":               bare("iiiiii", errNotsup),
	"path_readlink":           zero32("iiiiii", 5, errNotsup),
	"path_remove_directory":   bare("iii", errNotsup),
	"path_rename":             bare("iiiiii", errNotsup),
	"path_symlink":            bare("iiii", errNotsup),
	"path_unlink_file":        bare("iii", errNotsup),
	"sock_accept":             zero64("iii", 2),
	"sock_recv":               fn("iiiiii", (*hostCall).receive),
	"sock_send":               zero32("iiiii", 4, errNotsup),
	"sock_shutdown":           bare("ii", errNotsup),
}

// Newer reports whether a function that Envoy 1.40 offers is missing in Envoy 1.37 (as in 1.36); 1.39 has it. Seen on
// those Envoys, with the modules in ../preflight/testdata that import everything.
func Newer(name string) bool {
	function, wasi := strings.CutPrefix(name, "wasi_snapshot_preview1.")
	if !wasi {
		function, wasi = strings.CutPrefix(name, "wasi_unstable.")
	}
	if !wasi {
		return false
	}
	switch function {
	case "fd_read", "fd_seek", "fd_close", "fd_fdstat_set_flags", "fd_prestat_get", "fd_prestat_dir_name", "path_open":
		return false
	case "clock_res_get", "fd_pwrite":
		return true
	}
	_, file := wasiFileCalls[function]
	return file
}

// standard succeeds for stdout and stderr and knows no other file.
func standard(params string) hostFunc {
	f := fn(params, func(h *hostCall) uint32 {
		if fd := h.u32(0); fd == stdout || fd == stderr {
			return 0
		}
		return errBadf
	})
	f.bare = true
	return f
}

// zero32 stores a zero where an argument points and fails.
func zero32(params string, at int, answer uint32) hostFunc {
	return fn(params, func(h *hostCall) uint32 {
		if !h.put32(at, 0) {
			return errFault
		}
		return answer
	})
}

func zero64(params string, at int) hostFunc {
	return fn(params, func(h *hostCall) uint32 {
		if !h.put64(at, 0) {
			return errFault
		}
		return errNotsup
	})
}

func (h *hostCall) renumber() uint32 {
	for i := range 2 {
		if fd := h.u32(i); fd != stdout && fd != stderr {
			return errBadf
		}
	}
	return errNotsup
}

func (h *hostCall) tell() uint32 {
	if fd := h.u32(0); fd != stdout && fd != stderr {
		return errBadf
	}
	return fault(h.put64(1, 0))
}

func (h *hostCall) receive() uint32 {
	if _, there := h.at(h.u32(5), 2); !there || !h.put32(4, 0) {
		return errFault
	}
	return errNotsup
}

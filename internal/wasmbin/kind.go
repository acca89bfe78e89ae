package wasmbin

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"
)

// NotAModule says what bytes without a module's header are and what to do about it, for the person who named the wrong
// file; "" is for a module, good or bad. The bytes themselves are not in it: they may be a secret.
func NotAModule(code []byte) string {
	if bytes.HasPrefix(code, header) {
		return ""
	}
	trimmed := bytes.TrimLeft(code, " \t\r\n\ufeff")
	switch {
	case len(trimmed) == 0:
		return "is empty"
	case bytes.HasPrefix(header, code):
		return "is truncated: it ends inside the header of a WebAssembly module"
	case bytes.HasPrefix(code, header[:4]):
		return version(code[4:])
	case watText.Match(trimmed):
		return "is WebAssembly in text form; compile it with wat2wasm"
	}
	if words := packed(code); words != "" {
		return words
	}
	for _, k := range kinds {
		if bytes.HasPrefix(trimmed, []byte(k.prefix)) {
			return k.words
		}
	}
	if utf8.Valid(code) {
		return "is text, not a WebAssembly module: name the file that the compiler makes of the source"
	}
	return "is not a WebAssembly module: it does not begin with \\0asm"
}

var watText = regexp.MustCompile(`^(\s|;;[^\n]*\n)*\((module|component)\b`)

const (
	native = "is a program for a machine, not a WebAssembly module: build it for wasm32-wasip1"
	page   = "is a page (HTML or XML), not a WebAssembly module: the download led to a page instead of the file"
)

// kinds are told by how they begin.
var kinds = []struct{ prefix, words string }{
	{"version https://git-lfs", "is a Git LFS pointer; fetch the module itself with git lfs pull"},
	{"PK\x03\x04", "is a zip archive: unzip it and name the module"},
	{"\x28\xb5\x2f\xfd", "is compressed with zstd: decompress it (zstd -d)"},
	{"\xfd7zXZ\x00", "is compressed with xz: decompress it (xz -d)"},
	{"BZh", "is compressed with bzip2: decompress it (bzip2 -d)"},
	{"\x7fELF", native},
	{"\xcf\xfa\xed\xfe", native},
	{"\xca\xfe\xba\xbe", native},
	{"MZ", native},
	{"<", page},
	{"AGFzb", "is a module in base64: decode it (base64 -d)"},
	{"{", "is JSON, such as an image's manifest, not a WebAssembly module: fetch the image's layer (oras pull, or crane export)"},
}

// packed knows compressed files and archives by what is in them.
func packed(code []byte) string {
	if isTar(code) {
		return "is a tar archive: take the module out of it (tar -xf) and name that"
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(code))
	if err != nil {
		return ""
	}
	start := make([]byte, 512)
	n, _ := io.ReadFull(unzipped, start) // less is told apart too
	if isTar(start[:n]) {
		return "is a tar archive compressed with gzip, as layers of images are: take the module out of it (tar -xzf) and name that"
	}
	return "is compressed with gzip: decompress it (gzip -d)"
}

func isTar(code []byte) bool {
	const at = 257 // of the magic in the header of the first file
	return len(code) > at && bytes.HasPrefix(code[at:], []byte("ustar"))
}

// version is for what has the first half of the header.
func version(rest []byte) string {
	if bytes.HasPrefix(rest, []byte("\x0d\x00\x01\x00")) {
		return "is a WebAssembly component, and Envoy runs modules: build it for wasip1, not wasip2 (Rust: --target wasm32-wasip1; TinyGo: -target=wasip1)"
	}
	return fmt.Sprintf("is WebAssembly of version %#x; Envoy runs version 1", rest[:min(4, len(rest))])
}

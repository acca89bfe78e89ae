package wasmbin

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// guess says what bytes without wasm's header are, for the person who named the wrong file.
func guess(code []byte) string {
	trimmed := bytes.TrimLeft(code, " \t\r\n\ufeff")
	is := func(prefix string) bool { return bytes.HasPrefix(trimmed, []byte(prefix)) }
	switch {
	case len(trimmed) == 0:
		return "is empty"
	case is("(module"), is(";;"):
		return "is WebAssembly text; compile it first (wat2wasm)"
	case bytes.HasPrefix(code, header[:min(len(header), len(code))]):
		return "is truncated: it ends inside wasm's header"
	case is("\x00asm\x0d\x00\x01\x00"):
		return "is a WebAssembly component; proxy-wasm needs a core module (target wasm32-wasip1, not wasip2)"
	case is("\x00asm"):
		return fmt.Sprintf("is WebAssembly of version %#x; Envoy reads version 1", code[4:min(8, len(code))])
	case is("version https://git-lfs"):
		return "is a pointer of Git LFS, not the file itself (git lfs pull)"
	case is("\x1f\x8b"):
		return "is compressed with gzip; unpack it first"
	case is("PK\x03\x04"):
		return "is a zip archive"
	case is("\x7fELF"), is("\xcf\xfa\xed\xfe"), is("MZ"):
		return "is a native program, not wasm"
	case is("<"):
		return "is an HTML or XML page, not wasm"
	case utf8.Valid(code):
		return fmt.Sprintf("is text, not wasm; it starts with %q", code[:min(24, len(code))])
	}
	return fmt.Sprintf("is not wasm; it starts with % x", code[:min(8, len(code))])
}

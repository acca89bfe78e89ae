package wasmbin

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

func TestNotAModule(t *testing.T) {
	module := "\x00asm\x01\x00\x00\x00"
	for code, want := range map[string]string{
		module:                             "",
		module + "\x00":                    "",
		"":                                 "is empty",
		" \n":                              "is empty",
		"\x00asm":                          "is truncated",
		"\x00asm\x0d\x00\x01\x00":          "is a WebAssembly component, and Envoy runs modules: build it for wasip1, not wasip2",
		"\x00asm\x02\x00\x00\x00":          "is WebAssembly of version 0x02000000; Envoy runs version 1",
		"\x00asm\x02":                      "is WebAssembly of version 0x02; Envoy runs version 1",
		";; a comment\n(module)":           "is WebAssembly in text form; compile it with wat2wasm",
		"version https://git-lfs.example":  "is a Git LFS pointer",
		zipped(t, module):                  "is compressed with gzip: decompress it (gzip -d)",
		zipped(t, ""):                      "is compressed with gzip",
		archive(t, module):                 "is a tar archive: take the module out of it (tar -xf)",
		zipped(t, archive(t, module)):      "is a tar archive compressed with gzip, as layers of images are",
		"PK\x03\x04":                       "is a zip archive",
		"\x28\xb5\x2f\xfd":                 "(zstd -d)",
		"\xfd7zXZ\x00":                     "(xz -d)",
		"BZh9":                             "(bzip2 -d)",
		"\x7fELF\x02":                      "is a program for a machine",
		"<!DOCTYPE html>":                  "is a page (HTML or XML)",
		"AGFzbQEAAAA=":                     "base64 -d",
		`{"schemaVersion": 2}`:             "is JSON, such as an image's manifest",
		"{\n  \"schemaVersion\": 2\n}":     "is JSON, such as an image's manifest",
		"package main\n\nfunc main() {}\n": "is text, not a WebAssembly module: name the file that the compiler makes",
		"\x01\x02\xff":                     "is not a WebAssembly module: it does not begin with \\0asm",
	} {
		got := NotAModule([]byte(code))
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%.20q: %q, want %q", code, got, want)
		}
	}
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func archive(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	err := w.WriteHeader(&tar.Header{Name: "plugin.wasm", Size: int64(len(text)), Mode: 0o600})
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Go's linker puts its build ID first, and a module without debug information has it too.
func TestByGo(t *testing.T) {
	m, err := Read([]byte("\x00asm\x01\x00\x00\x00" + "\x00\x0c\x0ago:buildid\xff"))
	if err != nil || !m.ByGo {
		t.Errorf("%+v, %v", m, err)
	}
}

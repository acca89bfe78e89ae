;; Sets a response header to a value with a line break in it.
(module
  (import "env" "proxy_replace_header_map_value" (func $set (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (data (i32.const 16) "x-proxy-wasm") (data (i32.const 32) "a\0d\0ab: c")
  (func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
    (drop (call $set (i32.const 2) (i32.const 16) (i32.const 12) (i32.const 32) (i32.const 7)))
    (i32.const 0))
)

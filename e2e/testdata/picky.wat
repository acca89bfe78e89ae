;; Refuses a configuration that begins with the same letter as the node's ID: what only an
;; Envoy can tell. It adds "x-module: " and the configuration's first letter to each response.
;; wat2wasm picky.wat -o picky.wasm
(module
  (import "env" "proxy_get_property" (func $property (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_get_buffer_bytes" (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_add_header_map_value" (func $add (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "x-module")
  (data (i32.const 16) "xds\00node\00id")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) (i32.const 1))
  (func (export "proxy_on_configure") (param i32 i32) (result i32) (local $letter i32)
    (drop (call $buffer (i32.const 7) (i32.const 0) (i32.const 1) (i32.const 100) (i32.const 104)))
    (local.set $letter (i32.load8_u (i32.const 1024)))
    (i32.store8 (i32.const 8) (local.get $letter))
    (i32.store8 (i32.const 1024) (i32.const 0))
    (drop (call $property (i32.const 16) (i32.const 11) (i32.const 100) (i32.const 104)))
    (i32.ne (i32.load8_u (i32.const 1024)) (local.get $letter)))
  (func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
    (drop (call $add (i32.const 2) (i32.const 0) (i32.const 8) (i32.const 8) (i32.const 1)))
    (i32.const 0)))

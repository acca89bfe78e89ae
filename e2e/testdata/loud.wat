;; Says its whole configuration in the log. One that begins with P makes it crash, one that begins
;; with none of A, { and [ it refuses. Each request has the configuration as a header, x-loud.
;; wat2wasm loud.wat -o loud.wasm
(module
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (import "env" "proxy_get_buffer_bytes" (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_replace_header_map_value" (func $replace (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "x-loud")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) (i32.const 1))
  (func (export "proxy_on_configure") (param i32 i32) (result i32) (local $letter i32)
    (drop (call $buffer (i32.const 7) (i32.const 0) (i32.const 4000) (i32.const 100) (i32.const 104)))
    (drop (call $log (i32.const 4) (i32.const 1024) (i32.load (i32.const 104))))
    (local.set $letter (i32.load8_u (i32.const 1024)))
    (if (i32.eq (local.get $letter) (i32.const 80)) (then (unreachable)))
    (i32.or (i32.eq (local.get $letter) (i32.const 65))
      (i32.or (i32.eq (local.get $letter) (i32.const 123)) (i32.eq (local.get $letter) (i32.const 91)))))
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (drop (call $replace (i32.const 0) (i32.const 16) (i32.const 6) (i32.const 1024) (i32.load (i32.const 104))))
    (i32.const 0)))

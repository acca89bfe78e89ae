;; Asks the upstream that its configuration names (at most 63 bytes) for /call, ten times a second. wat2wasm call.wat
(module
  (import "env" "proxy_get_buffer_bytes" (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_http_call" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_set_tick_period_milliseconds" (func $tick (param i32) (result i32)))
  (memory (export "memory") 1)
  ;; three pairs: their number, the sizes of each, the texts with a zero byte after each
  (data (i32.const 0) "\03\00\00\00\07\00\00\00\03\00\00\00\05\00\00\00\05\00\00\00\0a\00\00\00\08\00\00\00")
  (data (i32.const 28) ":method\00GET\00:path\00/call\00:authority\00upstream\00")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) (i32.const 1))
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (drop (call $buffer (i32.const 7) (i32.const 0) (i32.const 63) (i32.const 100) (i32.const 104)))
    (i32.eqz (call $tick (i32.const 100))))
  (func (export "proxy_on_tick") (param i32)
    (drop (call $call (i32.load (i32.const 100)) (i32.load (i32.const 104)) (i32.const 0) (i32.const 72)
      (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 5000) (i32.const 108)))))

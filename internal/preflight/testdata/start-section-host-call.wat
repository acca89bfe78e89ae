;; The wasm start function calls the host, before the host is ready.
(module
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func $s (drop (call $log (i32.const 2) (i32.const 0) (i32.const 1))))
  (start $s)
)

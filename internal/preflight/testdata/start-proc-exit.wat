;; A command module whose _start ends in proc_exit, as TinyGo builds without -buildmode=c-shared.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "_start")
    (call $exit (i32.const 0)))
)

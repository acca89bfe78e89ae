;; Keeps values for the request, and overwrites them.
(module
  (import "env" "proxy_set_property" (func $f (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1024)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (loop $l
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
      (drop (call $f (i32.const 4) (i32.const 4) (i32.const 0) (i32.const 1000000)))
      (br $l))
    (i32.const 0))
)

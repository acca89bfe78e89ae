;; A wasm start function that calls no host function.
(module
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func $s (i32.store (i32.const 0) (i32.const 1)))
  (start $s)
)

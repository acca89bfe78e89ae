;; 5,000 calls deep, which V8 bears.
(module
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func $deep (param i32) (result i32)
    (if (result i32) (local.get 0) (then (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1))) (i32.const 1))) (else (i32.const 1))))
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (call $deep (i32.const 5000)))
)

;; Needs 2 GiB from the first moment.
(module
  (memory (export "memory") 32768)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
)

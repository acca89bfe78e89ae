;; Grows its memory without end, touching every page, and aborts when there is no more.
(module
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (local $p i32)
    (loop $l
      (local.set $p (memory.grow (i32.const 16)))
      (if (i32.eq (local.get $p) (i32.const -1)) (then unreachable))
      (i32.store (i32.mul (local.get $p) (i32.const 65536)) (i32.const 1))
      (br $l))
    unreachable)
)

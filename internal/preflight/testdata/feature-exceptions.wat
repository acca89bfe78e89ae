;; Legacy exception handling, which Emscripten emits with -fwasm-exceptions.
;; flags: --enable-exceptions
(module
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (tag $e)
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (try (result i32) (do (throw $e)) (catch $e (i32.const 1))))
)

;; Traps when a property is missing that only a real connection has.
(module
  (import "env" "proxy_get_property" (func $get (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (data (i32.const 16) "connection\00uri_san_peer_certificate")
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (if (call $get (i32.const 16) (i32.const 35) (i32.const 0) (i32.const 4)) (then unreachable))
    (i32.const 0))
)

;; The oldest ABI that Envoy 1.40 still runs: callbacks for headers lack end_of_stream.
;; config: x
(module
  (import "env" "proxy_get_configuration" (func $conf (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_1_0"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (i32.eqz (call $conf (i32.const 0) (i32.const 4))))
  (func (export "proxy_on_request_headers") (param i32 i32) (result i32)
    (i32.const 0))
  (func (export "proxy_on_response_headers") (param i32 i32) (result i32)
    (i32.const 0))
)

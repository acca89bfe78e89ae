;; Makes a gRPC call to "analytics": that can be parsed as a GrpcService, of one unknown field.
(module
  (import "env" "proxy_grpc_call" (func $grpc (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (data (i32.const 16) "analytics") (data (i32.const 32) "a.Service")
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (drop (call $grpc (i32.const 16) (i32.const 9) (i32.const 32) (i32.const 9) (i32.const 32) (i32.const 1)
      (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1000) (i32.const 0)))
    (i32.const 0))
)

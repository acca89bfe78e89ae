# The BOM of xds-server with the built-in module in it, and what is in the module. TinyGo's runtime and the libraries that
# scripts/tinygo.sh gives it are linked into the module, and no Go module says so.
def linked($name; $purl; $licence):
  {type: "library", name: $name, purl: $purl, licenses: [$licence]};
def inside: . + {"bom-ref": ("filter.wasm/" + (.["bom-ref"] // .name))};

(($filter[0].components +
  [ linked("tinygo"; "pkg:golang/github.com/tinygo-org/tinygo@v\($tinygo)"; {license: {id: "BSD-3-Clause"}}) + {version: $tinygo}
  , linked("wasi-libc"; "pkg:deb/debian/wasi-libc"; {expression: "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"})
  , linked("compiler-rt"; "pkg:deb/debian/libclang-rt-19-dev-wasm32"; {expression: "Apache-2.0 WITH LLVM-exception"})
  ]) | map(inside)) as $parts
| $server[0]
| .components += [{"bom-ref": "filter.wasm", type: "library", name: "filter.wasm", version: .metadata.component.version,
    description: "The built-in proxy-wasm module, internal/builtin/filter.wasm",
    hashes: [{alg: "SHA-256", content: $sum}], licenses: [{license: {id: "Apache-2.0"}}], components: $parts}]
| .metadata.component["bom-ref"] as $main
| .dependencies |= (map(if .ref == $main then .dependsOn += ["filter.wasm"] else . end)
    + [{ref: "filter.wasm", dependsOn: ($parts | map(.["bom-ref"]))}])

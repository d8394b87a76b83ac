// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file --verify-diagnostics

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {codegen.arena = #codegen.arena<size = 256, bound = 256, alignment = 64, images = 2>} {
  // expected-error@+1 {{has no place in the arena: qcc-plan-memory must have run}}
  %0 = call @copy(%x) : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = call @copy(%0) : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}
func.func private @copy(%x: tensor<?x4xf32> {codegen.buffer = memref<2x4xf32>}) -> (tensor<?x4xf32> {codegen.buffer = memref<2x4xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  return %x : tensor<?x4xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{has no strategy: qcc-select-strategy must have run}}
func.func private @copy(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {codegen.kernel} {
  return %x : tensor<?x4xf32>
}
}

// RUN: qcc-opt %s --qcc-plan-memory --split-input-file --verify-diagnostics

// expected-error@+1 {{has no 'codegen.target': qcc-attach-target must have run}}
module {
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@+1 {{is no call of a kernel with a strategy}}
  %0 = call @kernel(%x) : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
func.func private @kernel(%x: tensor<?x2xf32>) -> tensor<?x2xf32> attributes {codegen.kernel} {
  return %x : tensor<?x2xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{has a fixed batch in a network whose batch is dynamic}}
func.func @main(%x: tensor<?x2xf32>, %y: tensor<1x2xf32>) -> tensor<?x2xf32> {
  %0 = call @kernel(%x, %y) : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
func.func private @kernel(%x: tensor<?x2xf32>, %y: tensor<1x2xf32>) -> tensor<?x2xf32> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  return %x : tensor<?x2xf32>
}
}

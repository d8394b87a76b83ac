// RUN: qcc-opt %s --qcc-pack-weights --split-input-file --verify-diagnostics

// expected-error@+1 {{has no 'codegen.target': qcc-attach-target must have run}}
module {
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x3xi8>, %w: tensor<2x3xi8>) -> tensor<?x2xi32> {
  // expected-error@+1 {{operand 1 must be a constant: weights are packed at compile time}}
  %0 = call @linear_0(%x, %w) : (tensor<?x3xi8>, tensor<2x3xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
func.func private @linear_0(%x: tensor<?x3xi8>, %w: tensor<2x3xi8> {codegen.constant}) -> tensor<?x2xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %0 = cnn.linear %x, %w : (tensor<?x3xi8>, tensor<2x3xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
}

// -----

// A resource whose bytes are not there.
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x3xi8>) -> tensor<?x2xi32> {
  // expected-error@+1 {{weights or bias whose elements cannot be read}}
  %w = cnn.constant dense_resource<missing> : tensor<2x3xi8>
  %0 = call @linear_0(%x, %w) : (tensor<?x3xi8>, tensor<2x3xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
func.func private @linear_0(%x: tensor<?x3xi8>, %w: tensor<2x3xi8> {codegen.constant}) -> tensor<?x2xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %0 = cnn.linear %x, %w : (tensor<?x3xi8>, tensor<2x3xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
}

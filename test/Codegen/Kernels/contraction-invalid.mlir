// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file --verify-diagnostics

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{has no weights that are packed for its strategy: qcc-pack-weights must have run}}
func.func private @unpacked(%x: tensor<?x3xi8>, %w: tensor<2x3xi8> {codegen.constant}) -> tensor<?x2xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %0 = cnn.linear %x, %w : (tensor<?x3xi8>, tensor<2x3xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{vectors of a strategy must fill, or divide, blocks of 16 channels}}
func.func private @blocks(%x: tensor<?x3xi8>, %p: tensor<4x1x16x4xi8> {codegen.constant}) -> tensor<?x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 3, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<4x1x16x4xi8> -> tensor<64x3xi8>
  %0 = cnn.linear %x, %w : (tensor<?x3xi8>, tensor<64x3xi8>) -> tensor<?x64xi32>
  return %0 : tensor<?x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{rows of its strategy must be a multiple of the pool's or divide it, and columns must be a multiple}}
func.func private @pool(%x: tensor<?x4x4x4xi8>, %p: tensor<1x1x16x4xi8> {codegen.constant}) -> tensor<?x2x2x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 2, columns = 1, vectors = 1, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<8x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x4xi8>, tensor<8x1x1x4xi8>) -> tensor<?x4x4x8xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x4x8xi32>) -> tensor<?x2x2x8xi32>
  return %1 : tensor<?x2x2x8xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{taps are folded, so columns of its input must be adjacent}}
func.func private @folded(%x: tensor<?x4x4x1xi8> {codegen.buffer = memref<1x4x4x1xi8, strided<[32, 8, 2, 1]>>}, %p: tensor<1x2x16x4xi8> {codegen.constant}) -> tensor<?x3x3x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4, foldTaps = true>} {
  %w = codegen.unpack %p <dot> {fold_taps} : tensor<1x2x16x4xi8> -> tensor<8x2x2x1xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x1xi8>, tensor<8x2x2x1xi8>) -> tensor<?x3x3x8xi32>
  return %0 : tensor<?x3x3x8xi32>
}
}

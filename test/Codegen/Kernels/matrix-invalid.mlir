// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file --verify-diagnostics

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
// expected-error@+1 {{has the strategy of a matrix unit, which its target does not have}}
func.func private @target(%x: tensor<?x4x16x64xui8>, %p: tensor<1x16x16x4xi8> {codegen.constant}) -> tensor<?x4x16x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 1, blocks = 1>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x16x16x4xi8> -> tensor<16x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x16x64xui8>, tensor<16x1x1x64xi8>) -> tensor<?x4x16x16xi32>
  return %0 : tensor<?x4x16x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
// expected-error@+1 {{takes more tiles, or rows of them, than the matrix unit has}}
func.func private @tiles(%x: tensor<?x4x16x64xui8>, %p: tensor<4x16x16x4xi8> {codegen.constant}) -> tensor<?x4x16x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 4, columns = 1, blocks = 2>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<4x16x16x4xi8> -> tensor<64x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x16x64xui8>, tensor<64x1x1x64xi8>) -> tensor<?x4x16x64xi32>
  return %0 : tensor<?x4x16x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
// expected-error@+1 {{its strategy takes more positions than there are}}
func.func private @positions(%x: tensor<?x4x8x64xui8>, %p: tensor<1x16x16x4xi8> {codegen.constant}) -> tensor<?x4x8x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 1, blocks = 1>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x16x16x4xi8> -> tensor<16x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x8x64xui8>, tensor<16x1x1x64xi8>) -> tensor<?x4x8x16xi32>
  return %0 : tensor<?x4x8x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
// expected-error@+1 {{tiles of its strategy must consist of whole pool windows}}
func.func private @pool(%x: tensor<?x4x16x64xui8>, %p: tensor<1x16x16x4xi8> {codegen.constant}) -> tensor<?x2x8x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 1, blocks = 1>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x16x16x4xi8> -> tensor<16x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x16x64xui8>, tensor<16x1x1x64xi8>) -> tensor<?x4x16x16xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x16x16xi32>) -> tensor<?x2x8x16xi32>
  return %1 : tensor<?x2x8x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
// expected-error@+1 {{weights of a matrix unit must be filled up to 64 codes of the depth}}
func.func private @packing(%x: tensor<?x4x16x32xui8>, %p: tensor<1x8x16x4xi8> {codegen.constant}) -> tensor<?x4x16x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 1, blocks = 1>} {
  %w = codegen.unpack %p <dot> : tensor<1x8x16x4xi8> -> tensor<16x1x1x32xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x16x32xui8>, tensor<16x1x1x32xi8>) -> tensor<?x4x16x16xi32>
  return %0 : tensor<?x4x16x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
// expected-error@+1 {{rows of its input must be adjacent, as its strategy is flat}}
func.func private @flat(%x: tensor<?x4x8x64xui8> {codegen.buffer = memref<1x4x8x64xi8, strided<[3840, 640, 64, 1]>>}, %p: tensor<1x16x16x4xi8> {codegen.constant}) -> tensor<?x4x8x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 1, blocks = 1, flat = true>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x16x16x4xi8> -> tensor<16x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x8x64xui8>, tensor<16x1x1x64xi8>) -> tensor<?x4x8x16xi32>
  return %0 : tensor<?x4x8x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
// expected-error@+1 {{its strategy does not say what few images take}}
func.func private @images(%x: tensor<?x64xui8>, %p: tensor<1x16x16x4xi8> {codegen.constant}) -> tensor<?x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 1, blocks = 1>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x16x16x4xi8> -> tensor<16x64xi8>
  %0 = cnn.linear %x, %w : (tensor<?x64xui8>, tensor<16x64xi8>) -> tensor<?x16xi32>
  return %0 : tensor<?x16xi32>
}
}

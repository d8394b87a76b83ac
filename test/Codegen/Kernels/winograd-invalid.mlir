// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file --verify-diagnostics

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{has a strategy for 3x3 convolutions of codes in one group, without strides and dilations}}
func.func private @strides(%x: tensor<?x7x7x16xui8>, %p: tensor<1x16x8x16x2xi16> {codegen.constant}) -> tensor<?x3x3x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 8, rows = 1, columns = 1, positions = 1, vectors = 2>} {
  %w = codegen.unpack %p <winograd> : tensor<1x16x8x16x2xi16> -> tensor<16x3x3x16xi8>
  %0 = cnn.conv2d %x, %w {strides = array<i64: 2, 2>} : (tensor<?x7x7x16xui8>, tensor<16x3x3x16xi8>) -> tensor<?x3x3x16xi32>
  return %0 : tensor<?x3x3x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{pool windows of its strategy must be tiles}}
func.func private @pool(%x: tensor<?x8x8x16xui8>, %p: tensor<1x16x8x16x2xi16> {codegen.constant}) -> tensor<?x2x2x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 8, rows = 1, columns = 1, positions = 1, vectors = 2>} {
  %w = codegen.unpack %p <winograd> : tensor<1x16x8x16x2xi16> -> tensor<16x3x3x16xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x16xui8>, tensor<16x3x3x16xi8>) -> tensor<?x6x6x16xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 3, 3>, strides = array<i64: 3, 3>} : (tensor<?x6x6x16xi32>) -> tensor<?x2x2x16xi32>
  return %1 : tensor<?x2x2x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{vectors of its strategy must fill a block of 16 output channels, and twice as many lanes divide the input's}}
func.func private @vectors(%x: tensor<?x8x8x16xui8>, %p: tensor<1x16x8x16x2xi16> {codegen.constant}) -> tensor<?x6x6x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 8, rows = 1, columns = 1, positions = 1, vectors = 1>} {
  %w = codegen.unpack %p <winograd> : tensor<1x16x8x16x2xi16> -> tensor<16x3x3x16xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x16xui8>, tensor<16x3x3x16xi8>) -> tensor<?x6x6x16xi32>
  return %0 : tensor<?x6x6x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{and twice as many lanes divide the input's}}
func.func private @inputs(%x: tensor<?x8x8x8xui8>, %p: tensor<1x16x4x16x2xi16> {codegen.constant}) -> tensor<?x6x6x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 8, rows = 1, columns = 1, positions = 1, vectors = 2>} {
  %w = codegen.unpack %p <winograd> : tensor<1x16x4x16x2xi16> -> tensor<16x3x3x8xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x8xui8>, tensor<16x3x3x8xi8>) -> tensor<?x6x6x16xi32>
  return %0 : tensor<?x6x6x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{its strategy takes more tiles than there are}}
func.func private @tiles(%x: tensor<?x8x8x16xui8>, %p: tensor<1x16x8x16x2xi16> {codegen.constant}) -> tensor<?x6x6x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 8, rows = 4, columns = 1, positions = 1, vectors = 2>} {
  %w = codegen.unpack %p <winograd> : tensor<1x16x8x16x2xi16> -> tensor<16x3x3x16xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x16xui8>, tensor<16x3x3x16xi8>) -> tensor<?x6x6x16xi32>
  return %0 : tensor<?x6x6x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{has no weights that are packed for its strategy: qcc-pack-weights must have run}}
func.func private @packing(%x: tensor<?x8x8x16xui8>, %p: tensor<1x36x16x4xi8> {codegen.constant}) -> tensor<?x6x6x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 8, rows = 1, columns = 1, positions = 1, vectors = 2>} {
  %w = codegen.unpack %p <dot> : tensor<1x36x16x4xi8> -> tensor<16x3x3x16xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x16xui8>, tensor<16x3x3x16xi8>) -> tensor<?x6x6x16xi32>
  return %0 : tensor<?x6x6x16xi32>
}
}

// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file --verify-diagnostics

// Strategies that are not for the kernels that they were given to.
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error @below {{has no pool: #codegen.window is for kernels with one}}
func.func private @k(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {codegen.kernel, codegen.strategy = #codegen.window<lanes = 8>} {
  %y = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error @below {{has no depthwise convolution, which #codegen.depthwise is for}}
func.func private @k(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 8, columns = 1>} {
  %y = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @k(%x: tensor<?x3x3x8xf32>, %w: tensor<8x3x3x1xf32> {codegen.constant}) -> tensor<?x1x1x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 8, columns = 1>} {
  // expected-error @below {{has weights that are not packed as taps: qcc-pack-weights must have run}}
  %y = cnn.conv2d %x, %w {groups = 8 : i64} : (tensor<?x3x3x8xf32>, tensor<8x3x3x1xf32>) -> tensor<?x1x1x8xf32>
  return %y : tensor<?x1x1x8xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx-vnni">} {
func.func private @k(%x: tensor<?x3x3x8xui8>, %p: tensor<1x3x1x16x4xi8> {codegen.constant}) -> tensor<?x1x1x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 32, columns = 1, taps = 4>} {
  %w = codegen.unpack %p <tap_rows> {groups = 8 : i64} : tensor<1x3x1x16x4xi8> -> tensor<8x3x3x1xi8>
  // expected-error @below {{has weights that are not packed for its strategy: qcc-pack-weights must have run}}
  %y = cnn.conv2d %x, %w {groups = 8 : i64} : (tensor<?x3x3x8xui8>, tensor<8x3x3x1xi8>) -> tensor<?x1x1x8xi32>
  return %y : tensor<?x1x1x8xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx-vnni">} {
func.func private @k(%x: tensor<?x7x7x8xui8>, %p: tensor<2x3x1x16x4xi8> {codegen.constant}) -> tensor<?x3x3x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 16, columns = 1, rows = 2, taps = 4>} {
  %w = codegen.unpack %p <tap_rows> {groups = 8 : i64, rows = 2 : i64} : tensor<2x3x1x16x4xi8> -> tensor<8x3x3x1xi8>
  // expected-error @below {{several rows at once take a stride and a dilation of 1}}
  %y = cnn.conv2d %x, %w {groups = 8 : i64, strides = array<i64: 2, 2>} : (tensor<?x7x7x8xui8>, tensor<8x3x3x1xi8>) -> tensor<?x3x3x8xi32>
  return %y : tensor<?x3x3x8xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx-vnni">} {
func.func private @k(%x: tensor<?x5x5x8xui8>, %p: tensor<1x3x1x16x4xi8> {codegen.constant}) -> tensor<?x1x1x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 16, columns = 1, taps = 4, slide = true>} {
  %w = codegen.unpack %p <tap_rows> {groups = 8 : i64} : tensor<1x3x1x16x4xi8> -> tensor<8x3x3x1xi8>
  // expected-error @below {{columns that slide take a dilation of 1}}
  %y = cnn.conv2d %x, %w {groups = 8 : i64, dilations = array<i64: 2, 2>} : (tensor<?x5x5x8xui8>, tensor<8x3x3x1xi8>) -> tensor<?x1x1x8xi32>
  return %y : tensor<?x1x1x8xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @k(%x: tensor<?x2x2x8xf32>) -> tensor<?x1x1x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  // expected-error @below {{is not copied: #codegen.copy is for concat, pad, transpose and plain copies}}
  %y = cnn.max_pool2d %x {kernel = array<i64: 2, 2>} : (tensor<?x2x2x8xf32>) -> tensor<?x1x1x8xf32>
  return %y : tensor<?x1x1x8xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @k(%x: tensor<?x8xf32>) -> tensor<?x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  // expected-error @below {{is not elementwise: no part of an epilogue}}
  %y = cnn.softmax %x {axis = 1 : i64} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error @below {{is split along its positions, over which its strategy has no loop to share}}
func.func private @k(%x: tensor<?x4xf32>) -> tensor<?x4xf32>
    attributes {codegen.kernel, codegen.split = #codegen.split<positions>, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %y = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
}

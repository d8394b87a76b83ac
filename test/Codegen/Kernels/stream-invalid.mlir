// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file --verify-diagnostics

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{has no linear layer in parts of the depth beside it: @linear}}
func.func private @conv(%x: tensor<?x4x4x4xui8>, %p: tensor<1x1x16x4xi8> {codegen.constant}) -> tensor<?x4x4x16xi32>
    attributes {codegen.kernel, codegen.stream = @linear, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<16x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x4xui8>, tensor<16x1x1x4xi8>) -> tensor<?x4x4x16xi32>
  return %0 : tensor<?x4x4x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{is split along its depth, blocks of which are not outermost in its strategy}}
func.func private @linear_parts(%x: tensor<?x256xui8>, %p: tensor<1x64x16x4xi8> {codegen.constant}) -> tensor<?x16xi32>
    attributes {codegen.kernel, codegen.split = #codegen.split<depth>, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 2, depth = 4, depthBlock = 32>} {
  %w = codegen.unpack %p <dot> : tensor<1x64x16x4xi8> -> tensor<16x256xi8>
  %0 = cnn.linear %x, %w : (tensor<?x256xui8>, tensor<16x256xi8>) -> tensor<?x16xi32>
  return %0 : tensor<?x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{is split along its depth, but no linear layer with blocks of it}}
func.func private @conv(%x: tensor<?x4x4x4xui8>, %p: tensor<1x1x16x4xi8> {codegen.constant}) -> tensor<?x4x4x16xi32>
    attributes {codegen.kernel, codegen.split = #codegen.split<depth>, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<16x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x4xui8>, tensor<16x1x1x4xi8>) -> tensor<?x4x4x16xi32>
  return %0 : tensor<?x4x4x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{has a linear layer beside it, but its strategy does not compute rows one after the other}}
func.func private @conv(%x: tensor<?x4x4x4xui8>, %p: tensor<1x1x16x4xi8> {codegen.constant}, %m: tensor<16xf32> {codegen.constant}) -> tensor<?x4x4x16xui8>
    attributes {codegen.kernel, codegen.stream = @linear_parts, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<16x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x4xui8>, tensor<16x1x1x4xi8>) -> tensor<?x4x4x16xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x16xi32>, tensor<16xf32>) -> tensor<?x4x4x16xui8>
  return %1 : tensor<?x4x4x16xui8>
}
func.func private @linear_parts(%x: tensor<?x256xui8>, %p: tensor<1x64x16x4xi8> {codegen.constant}) -> tensor<?x16xi32>
    attributes {codegen.kernel, codegen.split = #codegen.split<depth>, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 2, depth = 4, order = depth_outer, depthBlock = 32>} {
  %w = codegen.unpack %p <dot> : tensor<1x64x16x4xi8> -> tensor<16x256xi8>
  %0 = cnn.linear %x, %w : (tensor<?x256xui8>, tensor<16x256xi8>) -> tensor<?x16xi32>
  return %0 : tensor<?x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
func.func private @conv(%x: tensor<?x4x4x4xui8>, %p: tensor<1x1x16x4xi8> {codegen.constant}, %m: tensor<16xf32> {codegen.constant}) -> tensor<?x4x4x16xui8>
    attributes {codegen.kernel, codegen.stream = @linear_parts, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<16x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x4xui8>, tensor<16x1x1x4xi8>) -> tensor<?x4x4x16xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x16xi32>, tensor<16xf32>) -> tensor<?x4x4x16xui8>
  return %1 : tensor<?x4x4x16xui8>
}
// expected-error@+1 {{has no weights that are packed: qcc-pack-weights must have run}}
func.func private @linear_parts(%x: tensor<?x256xui8>, %w: tensor<16x256xi8> {codegen.constant}) -> tensor<?x16xi32>
    attributes {codegen.kernel, codegen.split = #codegen.split<depth>, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 2, depth = 4, order = depth_outer, depthBlock = 32>} {
  %0 = cnn.linear %x, %w : (tensor<?x256xui8>, tensor<16x256xi8>) -> tensor<?x16xi32>
  return %0 : tensor<?x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{does not return what the linear layer beside it reads: 'tensor<?x256xui8>'}}
func.func private @conv(%x: tensor<?x4x4x4xui8>, %p: tensor<1x1x16x4xi8> {codegen.constant}) -> tensor<?x4x4x16xi32>
    attributes {codegen.kernel, codegen.stream = @linear_parts, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<16x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x4xui8>, tensor<16x1x1x4xi8>) -> tensor<?x4x4x16xi32>
  return %0 : tensor<?x4x4x16xi32>
}
func.func private @linear_parts(%x: tensor<?x256xui8>, %p: tensor<1x64x16x4xi8> {codegen.constant}) -> tensor<?x16xi32>
    attributes {codegen.kernel, codegen.split = #codegen.split<depth>, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 2, depth = 4, order = depth_outer, depthBlock = 32>} {
  %w = codegen.unpack %p <dot> : tensor<1x64x16x4xi8> -> tensor<16x256xi8>
  %0 = cnn.linear %x, %w : (tensor<?x256xui8>, tensor<16x256xi8>) -> tensor<?x16xi32>
  return %0 : tensor<?x16xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {codegen.arena = #codegen.arena<size = 256, bound = 256, alignment = 64, images = 2>} {
  // expected-error@+1 {{has no linear layer behind it to compute beside}}
  %0 = call @relu(%x) {codegen.stream = @relu} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
func.func private @relu(%x: tensor<?x4xf32> {codegen.buffer = memref<2x4xf32>}) -> (tensor<?x4xf32> {codegen.buffer = memref<2x4xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {codegen.arena = #codegen.arena<size = 256, bound = 256, alignment = 64, images = 2>} {
  // expected-error@+1 {{is no call of a convolution beside which relu is computed}}
  %0 = call @relu(%x) {codegen.offset = 64 : i64, codegen.stream = @relu} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = call @relu(%0) : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}
func.func private @relu(%x: tensor<?x4xf32> {codegen.buffer = memref<2x4xf32>}) -> (tensor<?x4xf32> {codegen.buffer = memref<2x4xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
}

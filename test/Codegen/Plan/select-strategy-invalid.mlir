// RUN: qcc-opt %s --qcc-select-strategy --split-input-file --verify-diagnostics

// expected-error@+1 {{has no 'codegen.target': qcc-attach-target must have run}}
module {
}

// -----

// What was measured is no more trusted than what is written by hand.
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">,
                   codegen.tuned = {avx2 = {"elementwise-68bda4f01e901284" = #codegen.window<lanes = 32>}}} {
// expected-error@+1 {{'measured' cannot take #codegen.window<lanes = 32>: it takes a strategy such as #codegen.pointwise<lanes = 16>}}
func.func private @measured(%x: tensor<?x64xf32>) -> tensor<?x64xf32> attributes {codegen.kernel} {
  %0 = cnn.relu %x : (tensor<?x64xf32>) -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{'k' cannot take #codegen.copy: it takes a strategy such as #codegen.pointwise<lanes = 16>}}
func.func private @k(%x: tensor<?x64xf32>) -> tensor<?x64xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %0 = cnn.relu %x : (tensor<?x64xf32>) -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{lanes must be a power of two up to 256}}
func.func private @k(%x: tensor<?x64xf32>) -> tensor<?x64xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 0>} {
  %0 = cnn.relu %x : (tensor<?x64xf32>) -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{lanes must be a power of two up to 256}}
func.func private @k(%x: tensor<?x64xf32>) -> tensor<?x64xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 24>} {
  %0 = cnn.relu %x : (tensor<?x64xf32>) -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{no strategy covers it: "the result has no dimension besides the batch"}}
func.func private @k(%x: tensor<?xf32>) -> tensor<?xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.relu %x : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{vectors of avx2 have 8 lanes}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}) -> tensor<?x6x6x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 2, vectors = 1, depth = 4>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x6x6x64xi32>
  return %0 : tensor<?x6x6x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{its sizes must be between 1 and 512}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}) -> tensor<?x6x6x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 0, columns = 2, vectors = 2, depth = 4>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x6x6x64xi32>
  return %0 : tensor<?x6x6x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{a step would have more than 512 sums}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}) -> tensor<?x6x6x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 32, columns = 32, vectors = 2, depth = 4>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x6x6x64xi32>
  return %0 : tensor<?x6x6x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{a step takes 4 elements of the depth}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}) -> tensor<?x6x6x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 2, vectors = 2, depth = 1>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x6x6x64xi32>
  return %0 : tensor<?x6x6x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{only linear layers take their depth in blocks}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}) -> tensor<?x6x6x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 2, vectors = 2, depth = 4, depthBlock = 16>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x6x6x64xi32>
  return %0 : tensor<?x6x6x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{weights are prefetched for the next block of the depth}}
func.func private @k(%x: tensor<?x64xui8>, %w: tensor<64x64xi8> {codegen.constant}) -> tensor<?x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 2, vectors = 2, depth = 4, prefetch = true>} {
  %0 = cnn.linear %x, %w : (tensor<?x64xui8>, tensor<64x64xi8>) -> tensor<?x64xi32>
  return %0 : tensor<?x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{blocks of the depth are outermost for linear layers of few sums, in tiles of whole blocks of channels}}
func.func private @k(%x: tensor<?x64xui8>, %w: tensor<64x64xi8> {codegen.constant}) -> tensor<?x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 2, vectors = 1, depth = 4, order = depth_outer, depthBlock = 8>} {
  %0 = cnn.linear %x, %w : (tensor<?x64xui8>, tensor<64x64xi8>) -> tensor<?x64xi32>
  return %0 : tensor<?x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{avx2 has no products of blocks}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}) -> tensor<?x6x6x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 2, vectors = 2, depth = 4, paired = true>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x6x6x64xi32>
  return %0 : tensor<?x6x6x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{avx2 has no matrix unit}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}) -> tensor<?x6x6x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 6, rows = 1, columns = 1, blocks = 1>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x6x6x64xi32>
  return %0 : tensor<?x6x6x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx512-vnni">} {
// expected-error@+1 {{the form does not exist for the shape on avx512-vnni, or would not be exact}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}) -> tensor<?x6x6x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 16, rows = 1, columns = 1, positions = 1, vectors = 1>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x6x6x64xi32>
  return %0 : tensor<?x6x6x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{taps are folded for codes in one group, without dilation}}
func.func private @k(%x: tensor<?x64xui8>, %w: tensor<64x64xi8> {codegen.constant}) -> tensor<?x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 2, vectors = 2, depth = 4, foldTaps = true>} {
  %0 = cnn.linear %x, %w : (tensor<?x64xui8>, tensor<64x64xi8>) -> tensor<?x64xi32>
  return %0 : tensor<?x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{a linear layer has one row}}
func.func private @k(%x: tensor<?x64xui8>, %w: tensor<64x64xi8> {codegen.constant}) -> tensor<?x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 2, columns = 2, vectors = 2, depth = 4>} {
  %0 = cnn.linear %x, %w : (tensor<?x64xui8>, tensor<64x64xi8>) -> tensor<?x64xi32>
  return %0 : tensor<?x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "amx">} {
// expected-error@+1 {{only an image without taps, strides and a pool is one row}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}) -> tensor<?x6x6x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 6, rows = 1, columns = 1, blocks = 1, flat = true>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x6x6x64xi32>
  return %0 : tensor<?x6x6x64xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{avx2 has no steps of 4 taps for it}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<32x3x3x1xi8> {codegen.constant}) -> tensor<?x6x6x32xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 32, columns = 2, taps = 4>} {
  %0 = cnn.conv2d %x, %w {groups = 32 : i64} : (tensor<?x8x8x32xui8>, tensor<32x3x3x1xi8>) -> tensor<?x6x6x32xi32>
  return %0 : tensor<?x6x6x32xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx512-vnni">} {
// expected-error@+1 {{vectors of codes of avx512-vnni have 64 lanes}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<32x3x3x1xi8> {codegen.constant}) -> tensor<?x6x6x32xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 32, columns = 2, taps = 4>} {
  %0 = cnn.conv2d %x, %w {groups = 32 : i64} : (tensor<?x8x8x32xui8>, tensor<32x3x3x1xi8>) -> tensor<?x6x6x32xi32>
  return %0 : tensor<?x6x6x32xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
// expected-error@+1 {{several rows and columns that slide are for steps of four taps}}
func.func private @k(%x: tensor<?x8x8x32xui8>, %w: tensor<32x3x3x1xi8> {codegen.constant}) -> tensor<?x6x6x32xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 16, columns = 2, rows = 2>} {
  %0 = cnn.conv2d %x, %w {groups = 32 : i64} : (tensor<?x8x8x32xui8>, tensor<32x3x3x1xi8>) -> tensor<?x6x6x32xi32>
  return %0 : tensor<?x6x6x32xi32>
}
}

// -----

// 18.4 KB for each tile of 512 input channels.
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// expected-error@+1 {{a block of more than 5 tiles takes too much stack}}
func.func private @conv2d_0(%x: tensor<?x10x10x512xui8>, %w: tensor<16x3x3x512xi8> {codegen.constant}) -> tensor<?x8x8x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 8, rows = 2, columns = 3, positions = 6, vectors = 2>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x10x10x512xui8>, tensor<16x3x3x512xi8>) -> tensor<?x8x8x16xi32>
  return %0 : tensor<?x8x8x16xi32>
}
}

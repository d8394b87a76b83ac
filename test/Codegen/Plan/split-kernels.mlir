// RUN: qcc-opt %s --qcc-split-kernels --split-input-file | FileCheck %s
// RUN: qcc-opt %s --qcc-split-kernels=least-cycles=0 --split-input-file | FileCheck %s --check-prefix=ALL
// What is split stays as it is: a second time changes nothing.
// RUN: qcc-opt %s --qcc-split-kernels --split-input-file > %t.mlir
// RUN: qcc-opt %t.mlir --qcc-split-kernels --split-input-file | diff %t.mlir -

// Rows of the loop that is the outer one; channels where that is the outer one; a linear layer has but channels.
// CHECK-LABEL: @rows
// CHECK-SAME: codegen.split = #codegen.split<positions>
// CHECK-LABEL: @channels
// CHECK-SAME: codegen.split = #codegen.split<channels>
// CHECK-LABEL: @linear
// CHECK-SAME: codegen.split = #codegen.split<channels>
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
func.func private @rows(%x: tensor<?x58x58x64xui8>, %w: tensor<64x3x3x64xi8> {codegen.constant}) -> tensor<?x56x56x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4, order = rows_outer>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x58x58x64xui8>, tensor<64x3x3x64xi8>) -> tensor<?x56x56x64xi32>
  return %0 : tensor<?x56x56x64xi32>
}
func.func private @channels(%x: tensor<?x9x9x512xui8>, %w: tensor<512x3x3x512xi8> {codegen.constant}) -> tensor<?x7x7x512xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x9x9x512xui8>, tensor<512x3x3x512xi8>) -> tensor<?x7x7x512xi32>
  return %0 : tensor<?x7x7x512xi32>
}
func.func private @linear(%x: tensor<?x4096xui8>, %w: tensor<1000x4096xi8> {codegen.constant}) -> tensor<?x1000xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4>} {
  %0 = cnn.linear %x, %w : (tensor<?x4096xui8>, tensor<1000x4096xi8>) -> tensor<?x1000xi32>
  return %0 : tensor<?x1000xi32>
}
}

// -----

// What is short is not worth it; with one block there is nothing to share; elementwise kernels, copies and what takes the reference
// lowering are never split; a function that is no kernel is none of the pass's business.
// CHECK-NOT: codegen.split
// ALL-LABEL: @short
// ALL-SAME: codegen.split = #codegen.split<positions>
// ALL-NOT: codegen.split
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
func.func private @short(%x: tensor<?x6x6x4xui8>, %w: tensor<8x3x3x4xi8> {codegen.constant}) -> tensor<?x4x4x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 1, depth = 4, order = rows_outer>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x6x6x4xui8>, tensor<8x3x3x4xi8>) -> tensor<?x4x4x8xi32>
  return %0 : tensor<?x4x4x8xi32>
}
func.func private @one_block(%x: tensor<?x8192xui8>, %w: tensor<16x8192xi8> {codegen.constant}) -> tensor<?x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4>} {
  %0 = cnn.linear %x, %w : (tensor<?x8192xui8>, tensor<16x8192xi8>) -> tensor<?x16xi32>
  return %0 : tensor<?x16xi32>
}
func.func private @elementwise(%x: tensor<?x512x512x64xf32>) -> tensor<?x512x512x64xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.relu %x : (tensor<?x512x512x64xf32>) -> tensor<?x512x512x64xf32>
  return %0 : tensor<?x512x512x64xf32>
}
func.func private @copy(%x: tensor<?x512x512x64xf32>) -> tensor<?x512x512x64xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  return %x : tensor<?x512x512x64xf32>
}
func.func private @reference(%x: tensor<?x58x58x64xui8>, %w: tensor<64x3x3x64xi8> {codegen.constant}) -> tensor<?x56x56x64xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  %0 = cnn.conv2d %x, %w : (tensor<?x58x58x64xui8>, tensor<64x3x3x64xi8>) -> tensor<?x56x56x64xi32>
  return %0 : tensor<?x56x56x64xi32>
}
func.func @main(%x: tensor<?x58x58x64xui8>) -> tensor<?x58x58x64xui8> {
  return %x : tensor<?x58x58x64xui8>
}
}

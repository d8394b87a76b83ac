// RUN: qcc-opt %s --qcc-lower-to-loops | FileCheck %s

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {

// Nothing is padded: whole windows, unrolled, and no reduction loops.
// CHECK-LABEL: func.func private @whole(
// CHECK-SAME: %[[N:.*]]: index, %[[X:.*]]: memref<1x4x4x48xi8>, %[[Y:.*]]: memref<1x2x2x48xi8>)
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[N]]
// CHECK: scf.for %[[P:.*]] =
// CHECK: scf.for %[[Q:.*]] =
// CHECK-NOT: scf.for
// CHECK-COUNT-4: arith.maxui {{.*}} : vector<32xi8>
// CHECK: vector.store %{{.*}}, %[[Y]][%[[I]], %[[P]], %[[Q]], %{{.*}}]
// CHECK-COUNT-4: arith.maxui {{.*}} : vector<16xi8>
// CHECK: vector.store
// CHECK-NOT: arith.maxui
// CHECK: return
func.func private @whole(%x: tensor<?x4x4x48xui8>) -> tensor<?x2x2x48xui8>
    attributes {codegen.kernel, codegen.strategy = #codegen.window<lanes = 32>} {
  %y = cnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x4x48xui8>) -> tensor<?x2x2x48xui8>
  return %y : tensor<?x2x2x48xui8>
}

// Padded rows and columns compute the range of their taps; between them windows are whole. No tap is tested.
// CHECK-LABEL: func.func private @padded(
// The first row:
// CHECK: arith.divui
// CHECK: scf.for %{{.*}} iter_args
// CHECK: scf.for %{{.*}} iter_args
// CHECK: arith.maxsi {{.*}} : vector<8xi8>
// The rows between, from the second on: their first column,
// CHECK: scf.for
// CHECK: scf.for %{{.*}} iter_args
// columns between,
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-NOT: scf.for
// CHECK-COUNT-9: arith.maxsi {{.*}} : vector<8xi8>
// the last column, the last row.
// CHECK: scf.for %{{.*}} iter_args
// CHECK: scf.for %{{.*}} iter_args
// CHECK-NOT: scf.if
// CHECK: return
func.func private @padded(%x: tensor<?x5x5x8xi8>) -> tensor<?x5x5x8xi8>
    attributes {codegen.kernel, codegen.strategy = #codegen.window<lanes = 32>} {
  %y = cnn.max_pool2d %x {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1, 1, 1>} : (tensor<?x5x5x8xi8>) -> tensor<?x5x5x8xi8>
  return %y : tensor<?x5x5x8xi8>
}

// Many taps are loops. The zero point is subtracted once, and the epilogue follows in registers.
// CHECK-LABEL: func.func private @sum(
// CHECK: scf.for %{{.*}} iter_args
// CHECK: scf.for %{{.*}} iter_args
// CHECK: arith.extui {{.*}} : vector<8xi8> to vector<8xi32>
// CHECK: arith.addi
// CHECK: %[[COUNT:.*]] = arith.constant 49 : index
// CHECK: %[[C:.*]] = arith.index_cast %[[COUNT]]
// CHECK: %[[ZERO:.*]] = arith.constant 3 : i32
// CHECK: %[[ZEROS:.*]] = arith.muli %[[C]], %[[ZERO]]
// CHECK: %[[B:.*]] = vector.broadcast %[[ZEROS]]
// CHECK: %[[SUM:.*]] = arith.subi %{{.*}}, %[[B]]
// CHECK: arith.sitofp %[[SUM]]
// CHECK: vector.store {{.*}} vector<8xi8>
func.func private @sum(%x: tensor<?x7x7x8xui8>, %m: tensor<1xf32> {codegen.constant}) -> tensor<?x1x1x8xui8>
    attributes {codegen.kernel, codegen.strategy = #codegen.window<lanes = 32>} {
  %s = cnn.sum_pool2d %x {kernel = array<i64: 7, 7>, zero_point = 3 : i32} : (tensor<?x7x7x8xui8>) -> tensor<?x1x1x8xi32>
  %y = cnn.requantize %s, %m {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x1x1x8xi32>, tensor<1xf32>) -> tensor<?x1x1x8xui8>
  return %y : tensor<?x1x1x8xui8>
}

// NaN wins a maximum of floats; means are divisions.
// CHECK-LABEL: func.func private @floats(
// CHECK: arith.maximumf
func.func private @floats(%x: tensor<?x2x2x8xf32>) -> tensor<?x1x1x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.window<lanes = 16>} {
  %y = cnn.max_pool2d %x {kernel = array<i64: 2, 2>} : (tensor<?x2x2x8xf32>) -> tensor<?x1x1x8xf32>
  return %y : tensor<?x1x1x8xf32>
}
// CHECK-LABEL: func.func private @mean(
// CHECK-COUNT-4: arith.addf
// CHECK: arith.constant 4 : index
// CHECK: arith.divf
func.func private @mean(%x: tensor<?x2x2x8xf32>) -> tensor<?x1x1x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.window<lanes = 16>} {
  %y = cnn.global_avg_pool %x : (tensor<?x2x2x8xf32>) -> tensor<?x1x1x8xf32>
  return %y : tensor<?x1x1x8xf32>
}
}

// RUN: qcc-opt %s -qcc-lower-dot -split-input-file | FileCheck %s

// Four products: of unsigned codes, and of signed ones; nothing is flipped.
// CHECK-LABEL: func @dot(
// CHECK-SAME:    %[[SUM:.*]]: vector<4xi32>, %[[CODES:.*]]: vector<4xi8>, %[[WEIGHTS:.*]]: vector<16xi8>
// CHECK:       %[[CODES4:.*]] = vector.bitcast %{{.*}} : vector<4xi32> to vector<16xi8>
// CHECK:       llvm.call_intrinsic "llvm.aarch64.neon.usdot.v4i32.v16i8"(%[[SUM]], %[[CODES4]], %[[WEIGHTS]])
// CHECK:       llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"(%{{.*}}, %[[WEIGHTS]], %{{.*}})
// Eight products for each of 2x2 sums.
// CHECK-LABEL: func @blocks(
// CHECK-SAME:    %[[SUM:.*]]: vector<4xi32>, %[[CODES:.*]]: vector<16xi8>, %[[WEIGHTS:.*]]: vector<16xi8>
// CHECK:       %[[U:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.usmmla.v4i32.v16i8"(%[[SUM]], %[[CODES]], %[[WEIGHTS]])
// CHECK:       llvm.call_intrinsic "llvm.aarch64.neon.smmla.v4i32.v16i8"(%[[U]], %[[CODES]], %[[WEIGHTS]])
module attributes {codegen.target = #codegen.target<"aarch64-unknown-linux-gnu", "i8mm">} {
  func.func @dot(%sum: vector<4xi32>, %codes: vector<4xi8>, %weights: vector<16xi8>) -> vector<4xi32> {
    %0 = codegen.dot %sum, %codes, %weights unsigned : vector<4xi32>, vector<4xi8>, vector<16xi8>
    %1 = codegen.dot %0, %codes, %weights : vector<4xi32>, vector<4xi8>, vector<16xi8>
    return %1 : vector<4xi32>
  }
  func.func @blocks(%sum: vector<4xi32>, %codes: vector<16xi8>, %weights: vector<16xi8>) -> vector<4xi32> {
    %0 = codegen.block_dot %sum, %codes, %weights unsigned : vector<4xi32>, vector<16xi8>
    %1 = codegen.block_dot %0, %codes, %weights : vector<4xi32>, vector<16xi8>
    return %1 : vector<4xi32>
  }
}

// -----

// Without the instruction: eight products, added up, for each sum.
// CHECK-LABEL: func @elsewhere(
// CHECK-COUNT-4: vector.reduction <add>, %{{.*}} : vector<8xi32> into i32
// CHECK: %[[SUMS:.*]] = vector.from_elements
// CHECK: arith.addi %{{.*}}, %[[SUMS]] : vector<4xi32>
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
  func.func @elsewhere(%sum: vector<4xi32>, %codes: vector<16xi8>, %weights: vector<16xi8>) -> vector<4xi32> {
    %0 = codegen.block_dot %sum, %codes, %weights unsigned : vector<4xi32>, vector<16xi8>
    return %0 : vector<4xi32>
  }
}

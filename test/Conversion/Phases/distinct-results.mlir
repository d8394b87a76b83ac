// RUN: qcc-opt %s -qcc-distinct-results | FileCheck %s

// CHECK-LABEL: func @twice(
// CHECK-SAME: %[[N:.+]]: index
// CHECK: %[[A:.+]] = memref.alloc(%[[N]])
// CHECK: %[[D:.+]] = memref.dim %[[A]]
// CHECK: %[[B:.+]] = memref.alloc(%[[D]]) : memref<?x4xf32>
// CHECK: memref.copy %[[A]], %[[B]]
// CHECK: return %[[A]], %[[B]]
func.func @twice(%n: index) -> (memref<?x4xf32>, memref<?x4xf32>) {
  %a = memref.alloc(%n) : memref<?x4xf32>
  return %a, %a : memref<?x4xf32>, memref<?x4xf32>
}

// CHECK-LABEL: func @view(
// CHECK: %[[A:.+]] = memref.alloc() : memref<2x4xf32>
// CHECK: %[[V:.+]] = memref.collapse_shape %[[A]]
// CHECK: %[[B:.+]] = memref.alloc() : memref<2x4xf32>
// CHECK: memref.copy %[[A]], %[[B]]
// CHECK: return %[[V]], %[[B]]
func.func @view() -> (memref<8xf32>, memref<2x4xf32>) {
  %a = memref.alloc() : memref<2x4xf32>
  %v = memref.collapse_shape %a [[0, 1]] : memref<2x4xf32> into memref<8xf32>
  return %v, %a : memref<8xf32>, memref<2x4xf32>
}

// CHECK-LABEL: func @distinct(
// CHECK-NOT: memref.copy
// CHECK: return
func.func @distinct() -> (memref<4xf32>, memref<4xf32>, i32, i32) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  %c = arith.constant 1 : i32
  return %a, %b, %c, %c : memref<4xf32>, memref<4xf32>, i32, i32
}

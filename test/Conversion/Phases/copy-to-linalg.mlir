// RUN: qcc-opt %s -qcc-copy-to-linalg | FileCheck %s

// CHECK-LABEL: func @strided(
// CHECK-SAME: %[[A:.+]]: memref<4x4xf32>, %[[B:.+]]: memref<4x4xf32, strided<[8, 1]>>
// CHECK-NOT: memref.copy
// CHECK: linalg.generic {{.*}} ins(%[[A]] : memref<4x4xf32>) outs(%[[B]] :
func.func @strided(%a: memref<4x4xf32>, %b: memref<4x4xf32, strided<[8, 1]>>) {
  memref.copy %a, %b : memref<4x4xf32> to memref<4x4xf32, strided<[8, 1]>>
  return
}

// Without a rank there is no loop nest.

// CHECK-LABEL: func @unranked(
// CHECK: memref.copy
func.func @unranked(%a: memref<*xf32>, %b: memref<*xf32>) {
  memref.copy %a, %b : memref<*xf32> to memref<*xf32>
  return
}

// RUN: qcc-opt %s -qcc-reference-lowering=until=linalg | FileCheck %s --check-prefix=LINALG
// RUN: qcc-opt %s -qcc-reference-lowering=until=bufferize | FileCheck %s --check-prefix=BUFFERIZE
// RUN: qcc-opt %s -qcc-reference-lowering=until=loops | FileCheck %s --check-prefix=LOOPS
// RUN: qcc-opt %s -qcc-reference-lowering | FileCheck %s --check-prefix=LLVM

// LINALG-LABEL: func @main(
// LINALG-SAME: tensor<?x4x4x2xf32>
// LINALG: tensor.pad
// LINALG: linalg.generic
// LINALG-NOT: cnn.conv2d

// The padded image and the sums are released, the result is not.

// BUFFERIZE-LABEL: func @main(
// BUFFERIZE-SAME: memref<?x4x4x2xf32>) -> memref<?x4x4x3xf32>
// BUFFERIZE: %[[PADDED:.+]] = memref.alloc
// BUFFERIZE: %[[SUMS:.+]] = memref.alloc
// BUFFERIZE: %[[RESULT:.+]] = memref.alloc
// BUFFERIZE: memref.dealloc %[[PADDED]]
// BUFFERIZE-NEXT: memref.dealloc %[[SUMS]]
// BUFFERIZE-NEXT: return %[[RESULT]]

// LOOPS-LABEL: func @main(
// LOOPS-COUNT-7: scf.for
// LOOPS: arith.addf {{.*}} fastmath<reassoc,nsz>
// LOOPS-NOT: affine.
// LOOPS-NOT: linalg.

// Only memory comes from outside, and no copy is a call.

// LLVM-NOT: llvm.func @memrefCopy
// LLVM: llvm.func @free(!llvm.ptr)
// LLVM-NOT: llvm.func @malloc
// LLVM: llvm.func @aligned_alloc(i64, i64) -> !llvm.ptr
// LLVM: llvm.func @main(
// LLVM: llvm.func @_mlir_ciface_main(
// LLVM: llvm.func @_mlir_ciface_identity(
func.func @main(%x: tensor<?x4x4x2xf32>) -> tensor<?x4x4x3xf32> {
  %w = cnn.constant dense<0.5> : tensor<3x3x3x2xf32>
  %y = cnn.conv2d %x, %w {padding = array<i64: 1, 1, 1, 1>, activation = #cnn.activation<relu>}
     : (tensor<?x4x4x2xf32>, tensor<3x3x3x2xf32>) -> tensor<?x4x4x3xf32>
  return %y : tensor<?x4x4x3xf32>
}

// What a caller releases is never its own argument, a constant, or the same buffer twice.

// BUFFERIZE-LABEL: func @identity(
// BUFFERIZE-SAME: %[[X:.+]]: memref<?x4xi8>
// BUFFERIZE: %[[COPY:.+]] = memref.alloc
// BUFFERIZE: linalg.generic {{.*}} ins(%[[X]] : {{.*}}) outs(%[[COPY]] :
// BUFFERIZE: return %[[COPY]]
func.func @identity(%x: tensor<?x4xui8>) -> tensor<?x4xui8> {
  return %x : tensor<?x4xui8>
}

// BUFFERIZE-LABEL: func @constant(
// BUFFERIZE: %[[GLOBAL:.+]] = memref.get_global
// BUFFERIZE: %[[COPY:.+]] = memref.alloc
// BUFFERIZE: linalg.generic {{.*}} ins(%[[GLOBAL]] : {{.*}}) outs(%[[COPY]] :
// BUFFERIZE: return %[[COPY]]
func.func @constant() -> tensor<3xui8> {
  %c = cnn.constant dense<[1, 200, 255]> : tensor<3xui8>
  return %c : tensor<3xui8>
}

// BUFFERIZE-LABEL: func @twice(
// BUFFERIZE: %[[Y:.+]] = memref.alloc
// BUFFERIZE: %[[COPY:.+]] = memref.alloc
// BUFFERIZE: return %[[Y]], %[[COPY]]
func.func @twice(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %y = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y, %y : tensor<?x4xf32>, tensor<?x4xf32>
}

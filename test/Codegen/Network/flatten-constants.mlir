// RUN: qcc-opt %s --qcc-flatten-constants | FileCheck %s

// CHECK: llvm.mlir.global private constant @resource(dense_resource<w> : tensor<8xi8>) {addr_space = 0 : i32, alignment = 64 : i64} : !llvm.array<8 x i8>
llvm.mlir.global private constant @resource(dense_resource<w> : tensor<2x1x4xi8>) {addr_space = 0 : i32, alignment = 64 : i64} : !llvm.array<2 x array<1 x array<4 x i8>>>
// CHECK: llvm.mlir.global private constant @elements(dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> : tensor<4xf32>) {addr_space = 0 : i32} : !llvm.array<4 x f32>
llvm.mlir.global private constant @elements(dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>) : !llvm.array<2 x array<2 x f32>>
// CHECK: llvm.mlir.global private constant @splat(dense<7> : tensor<6xi32>) {addr_space = 0 : i32} : !llvm.array<6 x i32>
llvm.mlir.global private constant @splat(dense<7> : tensor<3x2xi32>) : !llvm.array<3 x array<2 x i32>>

// What has one dimension, is no constant of numbers, or has no value stays as it is.
// CHECK: llvm.mlir.global private constant @flat(dense<[1, 2]> : tensor<2xi8>)
llvm.mlir.global private constant @flat(dense<[1, 2]> : tensor<2xi8>) : !llvm.array<2 x i8>
// CHECK: llvm.mlir.global private constant @text("abc")
llvm.mlir.global private constant @text("abc") : !llvm.array<3 x i8>
// CHECK: llvm.mlir.global external @elsewhere() {addr_space = 0 : i32} : !llvm.array<2 x array<2 x i8>>
llvm.mlir.global external @elsewhere() : !llvm.array<2 x array<2 x i8>>

// How it is addressed says as what it is read.
// CHECK: llvm.getelementptr %{{.*}}[0, 1, 0, 3]
llvm.func @read() -> i8 {
  %0 = llvm.mlir.addressof @resource : !llvm.ptr
  %1 = llvm.getelementptr %0[0, 1, 0, 3] : (!llvm.ptr) -> !llvm.ptr, !llvm.array<2 x array<1 x array<4 x i8>>>
  %2 = llvm.load %1 : !llvm.ptr -> i8
  llvm.return %2 : i8
}
{-# dialect_resources: { builtin: {
  w: "0x010000000102030405060708"
} } #-}

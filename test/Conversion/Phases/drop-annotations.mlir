// RUN: qcc-opt %s --qcc-drop-annotations | FileCheck %s

// CHECK-LABEL: llvm.func @arguments(
// CHECK-SAME: %{{.*}}: !llvm.ptr {llvm.noalias}) -> !llvm.ptr {
llvm.func @arguments(%x: !llvm.ptr {cnn.name = "x", llvm.noalias}) -> (!llvm.ptr {cnn.name = "y"}) {
  llvm.return %x : !llvm.ptr
}

// CHECK-LABEL: func.func private @declaration(memref<4xf32>)
func.func private @declaration(memref<4xf32> {bufferization.access = "read"})

// Nothing to drop.
// CHECK-LABEL: llvm.func @plain(%{{.*}}: i32 {llvm.signext}) {
llvm.func @plain(%x: i32 {llvm.signext}) {
  llvm.return
}

// Blocks of sums and unsigned codes: on a processor that has the instructions, and as what every target has.
// REQUIRES: aarch64-run
// DEFINE: %{isa} = i8mm
// DEFINE: %{features} = +dotprod,+i8mm
// DEFINE: %{cpu} = max
// DEFINE: %{run} = sed -e 's/@isa@/%{isa}/' %s \
// DEFINE:   | qcc-opt -qcc-lower-dot -convert-vector-to-llvm -finalize-memref-to-llvm -convert-arith-to-llvm -convert-func-to-llvm=use-bare-ptr-memref-call-conv -reconcile-unrealized-casts \
// DEFINE:   | sed -e 's/^module.*/module {/' | mlir-translate -mlir-to-llvmir -o %t.ll \
// DEFINE:   && llc -O2 -mtriple=aarch64-linux-gnu -mattr=%{features} -filetype=obj %t.ll -o %t.o \
// DEFINE:   && %aarch64-cc -std=c99 -O1 -static %S/Inputs/block-dot.c %t.o -o %t.exe && %qemu-aarch64 -cpu %{cpu} %t.exe

// RUN: %{run} | FileCheck %s
// CHECK: 0 of {{[0-9][0-9][0-9][0-9][0-9]+}} sums are wrong

// REDEFINE: %{isa} = generic
// REDEFINE: %{features} = +neon
// REDEFINE: %{cpu} = cortex-a72
// RUN: %{run} | FileCheck %s

module attributes {codegen.target = #codegen.target<"aarch64-unknown-linux-gnu", "@isa@">} {
  func.func @block_unsigned(%x: memref<16xi8>, %w: memref<16xi8>, %y: memref<4xi32>) {
    %c0 = arith.constant 0 : index
    %s = vector.load %y[%c0] : memref<4xi32>, vector<4xi32>
    %c = vector.load %x[%c0] : memref<16xi8>, vector<16xi8>
    %v = vector.load %w[%c0] : memref<16xi8>, vector<16xi8>
    %0 = codegen.block_dot %s, %c, %v unsigned : vector<4xi32>, vector<16xi8>
    vector.store %0, %y[%c0] : memref<4xi32>, vector<4xi32>
    return
  }
  func.func @block_signed(%x: memref<16xi8>, %w: memref<16xi8>, %y: memref<4xi32>) {
    %c0 = arith.constant 0 : index
    %s = vector.load %y[%c0] : memref<4xi32>, vector<4xi32>
    %c = vector.load %x[%c0] : memref<16xi8>, vector<16xi8>
    %v = vector.load %w[%c0] : memref<16xi8>, vector<16xi8>
    %0 = codegen.block_dot %s, %c, %v : vector<4xi32>, vector<16xi8>
    vector.store %0, %y[%c0] : memref<4xi32>, vector<4xi32>
    return
  }
  func.func @dot_unsigned(%x: memref<4xi8>, %w: memref<16xi8>, %y: memref<4xi32>) {
    %c0 = arith.constant 0 : index
    %s = vector.load %y[%c0] : memref<4xi32>, vector<4xi32>
    %c = vector.load %x[%c0] : memref<4xi8>, vector<4xi8>
    %v = vector.load %w[%c0] : memref<16xi8>, vector<16xi8>
    %0 = codegen.dot %s, %c, %v unsigned : vector<4xi32>, vector<4xi8>, vector<16xi8>
    vector.store %0, %y[%c0] : memref<4xi32>, vector<4xi32>
    return
  }
}

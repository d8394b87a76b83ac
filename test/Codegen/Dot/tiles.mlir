// RUN: qcc-opt %s --qcc-lower-dot | FileCheck %s
// RUN: qcc-opt %s --qcc-isa --qcc-machine | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect | sed 's/define internal/define/' | opt -O3 | llc -O3 | FileCheck %s --check-prefix=ASM

// Tiles are values of LLVM's own type, also where a loop carries them. Rows and bytes of a row are operands.
// CHECK-LABEL: func.func @product
// CHECK-DAG: %[[ROWS:.*]] = llvm.mlir.constant(14 : i16)
// CHECK: %[[ZERO:.*]] = llvm.call_intrinsic "llvm.x86.tilezero.internal"(%{{.*}}, %{{.*}}) : (i16, i16) -> !llvm.x86_amx
// CHECK: %[[SUM:.*]] = scf.for {{.*}} iter_args(%[[CARRIED:.*]] = %[[ZERO]]) -> (!llvm.x86_amx)
// CHECK: memref.extract_aligned_pointer_as_index
// CHECK: llvm.inttoptr
// CHECK: %[[A:.*]] = llvm.call_intrinsic "llvm.x86.tileloadd64.internal"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) : (i16, i16, !llvm.ptr, i64) -> !llvm.x86_amx
// CHECK: %[[B:.*]] = llvm.call_intrinsic "llvm.x86.tileloadd64.internal"
// CHECK: %[[R:.*]] = llvm.call_intrinsic "llvm.x86.tdpbusd.internal"(%{{.*}}, %{{.*}}, %{{.*}}, %[[CARRIED]], %[[A]], %[[B]])
// CHECK: scf.yield %[[R]] : !llvm.x86_amx
// CHECK: llvm.call_intrinsic "llvm.x86.tilestored64.internal"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[SUM]])
// CHECK-NOT: amx.
// CHECK-LABEL: func.func @signed
// CHECK: llvm.call_intrinsic "llvm.x86.tdpbssd.internal"

// ASM-LABEL: {{^}}product:
// ASM: ldtilecfg
// ASM: tilezero
// ASM: =>This Inner Loop Header
// ASM-NOT: rsp
// ASM: tileloadd
// ASM: tileloadd
// ASM: tdpbusd
// ASM-NOT: rsp
// ASM: {{j[a-z]+}} .LBB
// ASM: tilestored
// ASM: tilerelease
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
func.func @product(%x: memref<4096xi8>, %w: memref<4096xi8>, %y: memref<256xi32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %zero = amx.tile_zero : !amx.tile<14x16xi32>
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%carried = %zero) -> (!amx.tile<14x16xi32>) {
    %a = amx.tile_load %x[%i], %c64 : memref<4096xi8> into !amx.tile<14x64xi8>
    %b = amx.tile_load %w[%i], %c64 : memref<4096xi8> into !amx.tile<16x64xi8>
    %r = amx.tile_muli %a zext, %b, %carried : !amx.tile<14x64xi8>, !amx.tile<16x64xi8>, !amx.tile<14x16xi32>
    scf.yield %r : !amx.tile<14x16xi32>
  }
  amx.tile_store %y[%c0], %sum, %c16 : memref<256xi32>, !amx.tile<14x16xi32>
  return
}
func.func @signed(%x: memref<4096xi8>, %w: memref<4096xi8>, %y: memref<256xi32>) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %zero = amx.tile_zero : !amx.tile<16x16xi32>
  %a = amx.tile_load %x[%c0], %c64 : memref<4096xi8> into !amx.tile<16x64xi8>
  %b = amx.tile_load %w[%c0], %c64 : memref<4096xi8> into !amx.tile<16x64xi8>
  %r = amx.tile_muli %a, %b, %zero : !amx.tile<16x64xi8>, !amx.tile<16x64xi8>, !amx.tile<16x16xi32>
  amx.tile_store %y[%c0], %r, %c16 : memref<256xi32>, !amx.tile<16x16xi32>
  return
}
}

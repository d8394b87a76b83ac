// RUN: qcc-opt %s --qcc-lower-dot --cse --split-input-file | FileCheck %s

// One instruction. Four codes are one word, repeated.
// CHECK-LABEL: func.func @vnni
// CHECK-SAME: (%[[S:.*]]: vector<16xi32>, %[[A:.*]]: vector<4xi8>, %[[W:.*]]: vector<64xi8>)
// CHECK: %[[WORD:.*]] = vector.bitcast %[[A]] : vector<4xi8> to vector<1xi32>
// CHECK: %[[SCALAR:.*]] = vector.extract %[[WORD]][0]
// CHECK: %[[WORDS:.*]] = vector.broadcast %[[SCALAR]] : i32 to vector<16xi32>
// CHECK: %[[CODES:.*]] = vector.bitcast %[[WORDS]] : vector<16xi32> to vector<64xi8>
// CHECK: %[[R:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%[[S]], %[[CODES]], %[[W]])
// CHECK: return %[[R]]
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func @vnni(%s: vector<16xi32>, %a: vector<4xi8>, %w: vector<64xi8>) -> vector<16xi32> {
  %0 = codegen.dot %s, %a, %w unsigned : vector<16xi32>, vector<4xi8>, vector<64xi8>
  return %0 : vector<16xi32>
}
// CHECK-LABEL: func.func @vnni_256
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
func.func @vnni_256(%s: vector<8xi32>, %a: vector<4xi8>, %w: vector<32xi8>) -> vector<8xi32> {
  %0 = codegen.dot %s, %a, %w unsigned : vector<8xi32>, vector<4xi8>, vector<32xi8>
  return %0 : vector<8xi32>
}
}

// -----

// Even and odd bytes, extended to 16 bits: weights with their sign, codes with zeros.
// CHECK-LABEL: func.func @halves
// CHECK-SAME: (%[[S:.*]]: vector<8xi32>, %[[A:.*]]: vector<4xi8>, %[[W:.*]]: vector<32xi8>)
// CHECK-DAG: %[[C8:.*]] = arith.constant dense<8> : vector<16xi16>
// CHECK-DAG: %[[MASK:.*]] = arith.constant dense<255> : vector<16xi16>
// CHECK-DAG: %[[CODES:.*]] = vector.bitcast %{{.*}} : vector<8xi32> to vector<16xi16>
// CHECK-DAG: %[[PAIRS:.*]] = vector.bitcast %[[W]] : vector<32xi8> to vector<16xi16>
// CHECK-DAG: %[[CE:.*]] = arith.andi %[[CODES]], %[[MASK]]
// CHECK-DAG: %[[HIGH:.*]] = arith.shli %[[PAIRS]], %[[C8]]
// CHECK-DAG: %[[WE:.*]] = arith.shrsi %[[HIGH]], %[[C8]]
// CHECK-DAG: %[[CO:.*]] = arith.shrui %[[CODES]], %[[C8]]
// CHECK-DAG: %[[WO:.*]] = arith.shrsi %[[PAIRS]], %[[C8]]
// CHECK-DAG: %[[E:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[CE]], %[[WE]])
// CHECK-DAG: %[[O:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[CO]], %[[WO]])
// CHECK: %[[P:.*]] = arith.addi
// CHECK: arith.addi %[[S]], %[[P]]
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @halves(%s: vector<8xi32>, %a: vector<4xi8>, %w: vector<32xi8>) -> vector<8xi32> {
  %0 = codegen.dot %s, %a, %w unsigned : vector<8xi32>, vector<4xi8>, vector<32xi8>
  return %0 : vector<8xi32>
}

// Signed codes are extended with their sign; that pairs fit is of no use then.
// CHECK-LABEL: func.func @signed
// CHECK-NOT: arith.andi
// CHECK-NOT: arith.shrui
// CHECK-COUNT-2: "llvm.x86.avx2.pmadd.wd"
func.func @signed(%s: vector<8xi32>, %a: vector<4xi8>, %w: vector<32xi8>) -> vector<8xi32> {
  %0 = codegen.dot %s, %a, %w pair_fits : vector<8xi32>, vector<4xi8>, vector<32xi8>
  return %0 : vector<8xi32>
}

// CHECK-LABEL: func.func @pairs
// CHECK: %[[P:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"(%{{.*}}, %{{.*}}) : (vector<32xi8>, vector<32xi8>) -> vector<16xi16>
// CHECK: %[[ONES:.*]] = arith.constant dense<1> : vector<16xi16>
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[P]], %[[ONES]])
func.func @pairs(%s: vector<8xi32>, %a: vector<4xi8>, %w: vector<32xi8>) -> vector<8xi32> {
  %0 = codegen.dot %s, %a, %w unsigned pair_fits : vector<8xi32>, vector<4xi8>, vector<32xi8>
  return %0 : vector<8xi32>
}

// Vectors wider than the target's are several.
// CHECK-LABEL: func.func @wide
// CHECK-SAME: (%[[S:.*]]: vector<16xi32>, %{{.*}}: vector<4xi8>, %[[W:.*]]: vector<64xi8>)
// CHECK: vector.extract_strided_slice %[[S]] {offsets = [0], sizes = [8], strides = [1]}
// CHECK: vector.extract_strided_slice %[[W]] {offsets = [0], sizes = [32], strides = [1]}
// CHECK: vector.insert_strided_slice
// CHECK: vector.extract_strided_slice %[[S]] {offsets = [8], sizes = [8], strides = [1]}
// CHECK: vector.extract_strided_slice %[[W]] {offsets = [32], sizes = [32], strides = [1]}
// CHECK: vector.insert_strided_slice
// CHECK-NOT: codegen.dot
func.func @wide(%s: vector<16xi32>, %a: vector<4xi8>, %w: vector<64xi8>) -> vector<16xi32> {
  %0 = codegen.dot %s, %a, %w unsigned : vector<16xi32>, vector<4xi8>, vector<64xi8>
  return %0 : vector<16xi32>
}
}

// -----

// Any target: products of 32 bits, of even and of odd bytes, whatever the byte order.
// CHECK-LABEL: func.func @generic
// CHECK-SAME: (%[[S:.*]]: vector<4xi32>, %[[A:.*]]: vector<4xi8>, %[[W:.*]]: vector<16xi8>)
// CHECK-DAG: %[[WE:.*]] = vector.shuffle %[[W]], %[[W]] [0, 2, 4, 6, 8, 10, 12, 14]
// CHECK-DAG: %[[XE:.*]] = arith.extsi %[[WE]] : vector<8xi8> to vector<8xi32>
// CHECK-DAG: %[[AE:.*]] = vector.shuffle %[[A]], %[[A]] [0, 2, 0, 2, 0, 2, 0, 2]
// CHECK-DAG: %[[YE:.*]] = arith.extui %[[AE]] : vector<8xi8> to vector<8xi32>
// CHECK: %[[P:.*]] = arith.muli %[[YE]], %[[XE]]
// CHECK-DAG: %[[P0:.*]] = vector.shuffle %[[P]], %[[P]] [0, 2, 4, 6]
// CHECK-DAG: %[[P1:.*]] = vector.shuffle %[[P]], %[[P]] [1, 3, 5, 7]
// CHECK: arith.addi %[[P0]], %[[P1]] : vector<4xi32>
// CHECK: vector.shuffle %[[W]], %[[W]] [1, 3, 5, 7, 9, 11, 13, 15]
// CHECK: vector.shuffle %[[A]], %[[A]] [1, 3, 1, 3, 1, 3, 1, 3]
// CHECK: arith.addi %[[S]], %
// CHECK-NOT: vector.bitcast
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "generic">} {
func.func @generic(%s: vector<4xi32>, %a: vector<4xi8>, %w: vector<16xi8>) -> vector<4xi32> {
  %0 = codegen.dot %s, %a, %w unsigned : vector<4xi32>, vector<4xi8>, vector<16xi8>
  return %0 : vector<4xi32>
}
// CHECK-LABEL: func.func @generic_signed
// CHECK: arith.extsi %{{.*}} : vector<8xi8> to vector<8xi32>
// CHECK-NOT: arith.extui
func.func @generic_signed(%s: vector<4xi32>, %a: vector<4xi8>, %w: vector<16xi8>) -> vector<4xi32> {
  %0 = codegen.dot %s, %a, %w : vector<4xi32>, vector<4xi8>, vector<16xi8>
  return %0 : vector<4xi32>
}
// CHECK-LABEL: func.func @nothing
// CHECK-NEXT: return
func.func @nothing() {
  return
}
}

// -----

// Activations of each lane are what they are.
// CHECK-LABEL: func.func @lanes
// CHECK-SAME: (%[[S:.*]]: vector<16xi32>, %[[A:.*]]: vector<64xi8>, %[[W:.*]]: vector<64xi8>
// CHECK-NEXT: %[[R:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%[[S]], %[[A]], %[[W]])
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func @lanes(%s: vector<16xi32>, %a: vector<64xi8>, %w: vector<64xi8>) -> vector<16xi32> {
  %0 = codegen.dot %s, %a, %w unsigned : vector<16xi32>, vector<64xi8>, vector<64xi8>
  return %0 : vector<16xi32>
}
// What does not fit into 32 bits is kept away from the integer that it would become; the rest saturates.
// CHECK-LABEL: func.func @narrow
// CHECK: arith.cmpf ogt
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.cvtps2dq.512"
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.packssdw.512"
// CHECK: llvm.call_intrinsic "llvm.sadd.sat"
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.packuswb.512"
func.func @narrow(%x: vector<16xf32>) -> vector<64xi8> {
  %0 = codegen.narrow %x, %x, %x, %x zero_point 3 unsigned : vector<16xf32> -> vector<64xi8>
  return %0 : vector<64xi8>
}
// Where all fit there is nothing to be kept away.
// CHECK-LABEL: func.func @narrow_fits
// CHECK-NOT: arith.cmpf
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.cvtps2dq.512"
// CHECK-NOT: arith.cmpf
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.packsswb.512"
func.func @narrow_fits(%x: vector<16xf32>) -> vector<64xi8> {
  %0 = codegen.narrow %x, %x, %x, %x zero_point 3 fits : vector<16xf32> -> vector<64xi8>
  return %0 : vector<64xi8>
}
// CHECK-LABEL: func.func @narrow_signed
// CHECK: llvm.call_intrinsic "llvm.x86.avx.cvt.ps2dq.256"
// CHECK-NOT: sadd
// CHECK: llvm.call_intrinsic "llvm.x86.avx2.packsswb"
func.func @narrow_signed(%x: vector<8xf32>) -> vector<32xi8> {
  %0 = codegen.narrow %x, %x, %x, %x zero_point 0 : vector<8xf32> -> vector<32xi8>
  return %0 : vector<32xi8>
}
}

// -----

// Vectors wider than the target's, a slice of codes for each.
// CHECK-LABEL: func.func @wide
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
// CHECK-LABEL: func.func @narrow_wide
// CHECK-NOT: llvm.call_intrinsic
// CHECK: vector.shuffle {{.*}} [0, 1, 2, 3, 16, 17, 18, 19, 32, 33, 34, 35, 48, 49, 50, 51, 4, 5, 6, 7, 20,
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx-vnni">} {
func.func @wide(%s: vector<16xi32>, %a: vector<64xi8>, %w: vector<64xi8>) -> vector<16xi32> {
  %0 = codegen.dot %s, %a, %w unsigned : vector<16xi32>, vector<64xi8>, vector<64xi8>
  return %0 : vector<16xi32>
}
func.func @narrow_wide(%x: vector<16xf32>) -> vector<64xi8> {
  %0 = codegen.narrow %x, %x, %x, %x zero_point 0 : vector<16xf32> -> vector<64xi8>
  return %0 : vector<64xi8>
}
}

// -----

// CHECK-LABEL: func.func @sdot
// CHECK-SAME: (%[[S:.*]]: vector<4xi32>, %[[A:.*]]: vector<16xi8>, %[[W:.*]]: vector<16xi8>)
// CHECK-NEXT: llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"(%[[S]], %[[W]], %[[A]])
// CHECK-LABEL: func.func @narrow_generic
// CHECK: arith.addf
// CHECK: arith.trunci
// CHECK: vector.shuffle
module attributes {codegen.target = #codegen.target<"aarch64-linux-gnu", "dotprod">} {
func.func @sdot(%s: vector<4xi32>, %a: vector<16xi8>, %w: vector<16xi8>) -> vector<4xi32> {
  %0 = codegen.dot %s, %a, %w : vector<4xi32>, vector<16xi8>, vector<16xi8>
  return %0 : vector<4xi32>
}
func.func @narrow_generic(%x: vector<4xf32>) -> vector<16xi8> {
  %0 = codegen.narrow %x, %x, %x, %x zero_point 3 : vector<4xf32> -> vector<16xi8>
  return %0 : vector<16xi8>
}
}

// -----

// Two products of 16 bits: one instruction and an addition, in vectors that the target has.
// CHECK-LABEL: func.func @two
// CHECK-SAME: (%[[S:.*]]: vector<8xi32>, %[[A:.*]]: vector<2xi16>, %[[W:.*]]: vector<16xi16>)
// CHECK: vector.bitcast %[[A]] : vector<2xi16> to vector<1xi32>
// CHECK: %[[REPEATED:.*]] = vector.bitcast %{{.*}} : vector<8xi32> to vector<16xi16>
// CHECK: %[[P:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[REPEATED]], %[[W]])
// CHECK: arith.addi %[[S]], %[[P]]
// CHECK-LABEL: func.func @two_wide
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @two(%s: vector<8xi32>, %a: vector<2xi16>, %w: vector<16xi16>) -> vector<8xi32> {
  %0 = codegen.dot %s, %a, %w : vector<8xi32>, vector<2xi16>, vector<16xi16>
  return %0 : vector<8xi32>
}
func.func @two_wide(%s: vector<16xi32>, %a: vector<32xi16>, %w: vector<32xi16>) -> vector<16xi32> {
  %0 = codegen.dot %s, %a, %w : vector<16xi32>, vector<32xi16>, vector<32xi16>
  return %0 : vector<16xi32>
}
}

// -----

// Whatever codes a target's instruction takes.
// CHECK-LABEL: func.func @two_anywhere
// CHECK-SAME: (%[[S:.*]]: vector<4xi32>, %[[A:.*]]: vector<2xi16>, %[[W:.*]]: vector<8xi16>)
// CHECK-DAG: vector.shuffle %[[W]], %[[W]] [0, 2, 4, 6]
// CHECK-DAG: vector.shuffle %[[W]], %[[W]] [1, 3, 5, 7]
// CHECK-DAG: vector.shuffle %[[A]], %[[A]] [0, 0, 0, 0]
// CHECK: %[[P:.*]] = arith.addi
// CHECK: arith.addi %[[S]], %[[P]]
module attributes {codegen.target = #codegen.target<"aarch64-linux-gnu", "dotprod">} {
func.func @two_anywhere(%s: vector<4xi32>, %a: vector<2xi16>, %w: vector<8xi16>) -> vector<4xi32> {
  %0 = codegen.dot %s, %a, %w : vector<4xi32>, vector<2xi16>, vector<8xi16>
  return %0 : vector<4xi32>
}
}

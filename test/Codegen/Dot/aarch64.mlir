// RUN: sed -e 's/@isa@/dotprod/' %s | qcc-opt -qcc-lower-dot -split-input-file | FileCheck %s --check-prefixes=CHECK,SDOT
// RUN: sed -e 's/@isa@/neon/' %s | qcc-opt -qcc-lower-dot -split-input-file | FileCheck %s --check-prefixes=CHECK,NEON

// CHECK-LABEL: func @dot(
// CHECK-SAME:    %[[SUM:.*]]: vector<4xi32>, %[[CODES:.*]]: vector<4xi8>, %[[WEIGHTS:.*]]: vector<16xi8>
// CHECK:       %[[WORD:.*]] = vector.bitcast %[[CODES]] : vector<4xi8> to vector<1xi32>
// CHECK:       %[[SCALAR:.*]] = vector.extract %[[WORD]][0]
// CHECK:       %[[WORDS:.*]] = vector.broadcast %[[SCALAR]] : i32 to vector<4xi32>
// CHECK:       %[[CODES4:.*]] = vector.bitcast %[[WORDS]] : vector<4xi32> to vector<16xi8>
// SDOT:        llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"(%[[SUM]], %[[WEIGHTS]], %[[CODES4]])
// NEON:        %[[LC:.*]] = vector.extract_strided_slice %[[CODES4]] {offsets = [0], sizes = [8]
// NEON:        %[[LW:.*]] = vector.extract_strided_slice %[[WEIGHTS]] {offsets = [0], sizes = [8]
// NEON:        %[[L:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"(%[[LC]], %[[LW]])
// NEON:        %[[HC:.*]] = vector.extract_strided_slice %[[CODES4]] {offsets = [8], sizes = [8]
// NEON:        %[[HW:.*]] = vector.extract_strided_slice %[[WEIGHTS]] {offsets = [8], sizes = [8]
// NEON:        %[[H:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"(%[[HC]], %[[HW]])
// NEON:        %[[LS:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.saddlp.v4i32.v8i16"(%[[L]])
// NEON:        %[[HS:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.saddlp.v4i32.v8i16"(%[[H]])
// NEON:        %[[S:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.addp.v4i32"(%[[LS]], %[[HS]])
// NEON:        arith.addi %[[SUM]], %[[S]]
// CHECK-NOT:   codegen.dot
module attributes {codegen.target = #codegen.target<"aarch64-unknown-linux-gnu", "@isa@">} {
  func.func @dot(%sum: vector<4xi32>, %codes: vector<4xi8>, %weights: vector<16xi8>) -> vector<4xi32> {
    %0 = codegen.dot %sum, %codes, %weights : vector<4xi32>, vector<4xi8>, vector<16xi8>
    return %0 : vector<4xi32>
  }
}

// -----

// Pairs that fit into 16 bits are added there.
// CHECK-LABEL: func @pairs(
// SDOT:        llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"
// NEON:        %[[L:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
// NEON:        %[[H:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
// NEON:        %[[P:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.addp.v8i16"(%[[L]], %[[H]])
// NEON:        %[[S:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.saddlp.v4i32.v8i16"(%[[P]])
// NEON:        arith.addi %{{.*}}, %[[S]] : vector<4xi32>
// CHECK-NOT:   codegen.dot
module attributes {codegen.target = #codegen.target<"aarch64-unknown-linux-gnu", "@isa@">} {
  func.func @pairs(%sum: vector<4xi32>, %codes: vector<4xi8>, %weights: vector<16xi8>) -> vector<4xi32> {
    %0 = codegen.dot %sum, %codes, %weights pair_fits : vector<4xi32>, vector<4xi8>, vector<16xi8>
    return %0 : vector<4xi32>
  }
}

// -----

// Wider vectors are several registers; narrower ones are not worth instructions of their own.
// CHECK-LABEL: func @widths(
// SDOT-COUNT-2: llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"
// NEON-COUNT-4: llvm.call_intrinsic "llvm.aarch64.neon.smull.v8i16"
// CHECK-NOT:   llvm.call_intrinsic "llvm.aarch64.neon.{{sdot|smull}}
// CHECK:       return
module attributes {codegen.target = #codegen.target<"aarch64-unknown-linux-gnu", "@isa@">} {
  func.func @widths(%s8: vector<8xi32>, %s2: vector<2xi32>, %codes: vector<4xi8>, %w8: vector<32xi8>, %w2: vector<8xi8>)
      -> (vector<8xi32>, vector<2xi32>) {
    %0 = codegen.dot %s8, %codes, %w8 : vector<8xi32>, vector<4xi8>, vector<32xi8>
    %1 = codegen.dot %s2, %codes, %w2 : vector<2xi32>, vector<4xi8>, vector<8xi8>
    return %0, %1 : vector<8xi32>, vector<2xi32>
  }
}
